"""Recognises what a site shows in place of a piece: that nothing was found, that the reader must agree or log in, or
must prove to be human. It reads Vietnamese and English, whatever the status of the response is.

All patterns match words without marks, in small letters, with one space between two.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from lxml.html import HtmlElement

from config.letters import bare
from producers.html_to_text import shows_more_than

Notice = Literal["", "not-found", "consent", "challenge"]
LONGEST = {"not-found": 1_200, "consent": 3_000, "challenge": 1_200}  # letters of a text that is a notice
LEAST = 0.2  # least share of its letters in words of a notice, apart from usual words beside them
REST = 0.35  # share of letters that may be about anything else
LONGEST_LINE = 40  # words of a sentence of a notice
HIDDEN = 400  # letters; a page that shows more than these is not hidden by a script
PIECE = (
    r"(?:trang|trang web|website|trang tin|trang bai|duong dan|duong link|link|lien ket|dia chi|url|bai viet|bai bao|bai|tin bai|tin tuc"
    r"|tin|ban tin|noi dung|chuyen muc|chuyen trang|du lieu|tai lieu|tap tin|video|san pham)"
)
BESIDE = (
    r"(?: (?:web|nay|tren|do|kia|ma|ban|quy vi|quy khach|quy doc gia|doc gia|dang|can|yeu cau|tim|kiem|truy cap|muon|xem|doc|vua|da|nhap"
    r"|co the|co le|hien|hien tai|hien nay|tai|hoac|va|tung|duoc|bi|cua|chung toi|voi|theo|se|day|mo|toi|den|he thong|nham|chon|go|loi)){0,14}"
)
GONE = (
    r"(?:khong (?:con )?ton tai|khong con(?: nua| duoc hien thi| hieu luc| kha dung| tren he thong)?|chua ton tai|khong (?:the )?(?:duoc )?tim thay"
    r"|khong (?:con )?kha dung|khong san (?:co|sang)|khong hop le|khong (?:the )?truy cap(?: duoc)?|khong the hien thi|khong dung"
    r"|(?:da |duoc |bi )+(?:xoa|thu hoi|go|go bo|go xuong|ha xuong|an|thay doi|di chuyen|chuyen di|doi ten|dich chuyen)(?: bo)?"
    r"|(?:da )?het han(?: hien thi)?|chua (?:duoc )?(?:xuat ban|phat hanh|dang tai)|bi loi|da ngung hoat dong)"
)
CODE = r"(?:(?:loi|ma loi|error|http|status|code|ma) )*(?:404|410|500|502|503)"
VIETNAMESE_GONE = (
    rf"{PIECE}{BESIDE} {GONE}"
    rf"|(?:khong|khong the|chua) (?:tim thay|tim duoc|tim ra|truy cap duoc|mo duoc|hien thi duoc)(?: duoc)? (?:cac )?(?:{PIECE}|ket qua)"
    r"|khong co (?:bai viet|du lieu|noi dung|ket qua|tin bai|thong tin)(?: nao)?(?: (?:de )?hien thi| phu hop| duoc tim thay)?"
    r"|(?:trang web|website|he thong|trang|noi dung|du lieu|bai viet)(?: nay)?(?: hien)? dang (?:duoc )?(?:bao tri|nang cap|cap nhat|tam ngung|tam dung)"
    r"|(?:co loi xay ra|(?:da )?xay ra loi)(?: trong qua trinh xu ly)?|loi (?:may chu|ket noi co so du lieu|khong xac dinh|truy van)|truy van(?: du lieu)? (?:khong thanh cong|that bai|bi loi)"
)
ENGLISH_PIECE = r"(?:page|article|story|content|post|url|resource|file|document|link|address|item|video|site|website|item)"
ENGLISH_GONE = (
    rf"(?:the |this |that |your )?(?:requested )?{ENGLISH_PIECE}(?: \w+){{0,12}}? (?:(?:was|is|were|be|can|could|cannot|can t|couldn t) (?:not )?(?:be )?found"
    r"|(?:is |are )?not found|(?:does|do) ?n[o ]?t exist|no longer (?:exists?|available|here)|(?:is |are )?(?:n t|not|currently un|un) ?available"
    r"|(?:has|have|may have|might have) been (?:removed|deleted|moved|renamed)(?: or (?:removed|deleted|moved|renamed))*|is gone|isn t (?:available|here))"
    r"|(?:file |page |article |story )?not found|nothing (?:was |has been )?found(?: (?:here|at this location))?"
    r"|(?:we |sorry we |i )?(?:can t|cannot|could not|couldn t|can not|were unable to) (?:seem to )?find (?:the|that|this|your)?(?: \w+){0,3}? ?(?:page|article|story|content|what you)"
    r"|no (?:such )?(?:article|page|results?|content|posts?)(?: were| was)? (?:found|available)|410 gone|internal server error|bad gateway"
    r"|service (?:temporarily )?unavailable|error establishing a database connection|(?:site |website )?(?:is )?(?:currently )?under maintenance"
    r"|object reference not set to an instance of an object|server error in (?:\w+ )?application|runtime error|database error|too many connections"
    r"|could not connect(?: to (?:the )?\w+)?|unavailable (?:in|from) (?:your|most|some) (?:\w+ )?(?:country|countries|region|location)"
    r"|scheduled maintenance|(?:this )?account (?:has been )?suspended|(?:this )?domain (?:\w+ ){0,4}(?:for sale|expired|parked)"
)
GREETING = r"(?:oops?|rat tiec|xin loi|ui|opps|loi|error|sorry|we re sorry|thong bao|canh bao|ban doc|quy vi|quy khach|ban|nhung|hmm+|uh oh|chao ban|co le|hinh nhu|the)"
NOT_FOUND = re.compile(rf"\b(?:{VIETNAMESE_GONE}|{ENGLISH_GONE}|{CODE} not found|{CODE} error)\b")
ONLY_NOT_FOUND = re.compile(
    rf"(?:(?:{GREETING}|{CODE}) )*(?:{CODE}|{VIETNAMESE_GONE}|{ENGLISH_GONE})"
    rf"(?: (?:{CODE}|{VIETNAMESE_GONE}|{ENGLISH_GONE}|{GREETING}|hoac|va|or|and|ban yeu cau|ban can tim|ban tim kiem|nay|nao|ban dang tim|here|1))*"
)
CONSENT = re.compile(
    r"\b(?:(?:we|we and our partners|our partners|this (?:site|website)|chung toi|trang web(?: nay)?|website(?: nay)?|bao)(?: \w+){0,6} (?:use|uses|using|store|su dung|dung)"
    r"(?: \w+){0,6} cookies?|accept (?:all|cookies)|(?:your|with your) consent|before you continue"
    r"|(?:dong y|chap nhan)(?: \w+){0,5} (?:cookies?|chinh sach (?:bao mat|quyen rieng tu)|dieu khoan su dung)"
    r"|(?:vui long|ban can|ban phai|moi ban|xin moi|quy khach)(?: vui long)? dang nhap(?!(?: \w+)? (?:de )?(?:binh luan|gui|lai))"
    r"|(?:dang nhap|dang ky (?:tai khoan|thanh vien|doc bao|goi|mua))(?: \w+){0,6} de (?:\w+ ){0,2}(?:doc|xem|tiep tuc)"
    r"|(?:please |you (?:must|need to) |have to )?(?:sign|log) ?in (?:to|with)(?! comment)(?: \w+){0,3}|create (?:a free |an )?account to"
    r"|subscribe(?: now)? (?:to (?:continue|read|keep)|for (?:unlimited|full) access)|(?:for|available to) (?:\w+ )?subscribers(?: only)?|subscribers? only"
    r"|(?:reached|used)(?: \w+){0,3} (?:limit|number) of (?:\w+ )?free articles|(?:must|need to) be (?:at least )?18|(?:phai|can) du 18 tuoi"
    r"|(?:mua|nang cap) goi(?: \w+){0,4} de (?:doc|xem|tiep)|(?:danh cho|chi danh cho) (?:thanh vien|hoi vien|thue bao|doc gia (?:dang ky|tra phi|vip)))\b"
)
ABOUT_CONSENT = re.compile(
    r"\b(?:cookies?|consent|partners?|personal data|privacy|vendors?|legitimate interests?|preferences|advertising|measurement|accept|reject|settings"
    r"|doi tac|du lieu ca nhan|thong tin ca nhan|quyen rieng tu|bao mat|ca nhan hoa|tuy chon|dong y|chap nhan|tu choi|dang nhap|dang ky|mat khau|tai khoan"
    r"|log ?in|sign ?(?:in|up)|password|account|email|member|subscri\w+|thanh vien|hoi vien|facebook|google|zalo|quang cao|unlimited|free articles|goi doc bao|gia chi|mot thang|18 tuoi)\b"
)
CHALLENGE = re.compile(
    r"\b(?:just a moment|one moment please|attention required|checking (?:if the site connection is secure|your browser|you are)|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|(?:confirm|prove)(?: that)? you(?: are| re) (?:a human|human|not a robot)|are you (?:a )?(?:robot|human)|(?:i m|you re|you are) not a (?:robo|bo)t|against the scourge of ai companies|human verification|security (?:check|verification)"
    r"|ddos protection|bot (?:verification|detection|challenge)|pardon our interruption|robot challenge screen|client challenge|access denied|access to this page has been denied"
    r"|request (?:rejected|unsuccessful|blocked)|you have been blocked|unusual traffic|automated (?:access|requests|queries)|captcha|ray id|incident id|support id|403 forbidden"
    r"|(?:enable|requires?|turn on|need)(?: \w+){0,3} (?:javascript|js)|javascript (?:is |has been )?(?:required|disabled|not enabled)|(?:your )?browser (?:does not|doesn t) support javascript"
    r"|performance (?:and )?security by cloudflare|needs to review the security of your connection"
    r"|(?:xac minh|xac nhan|chung minh|xac thuc)(?: \w+){0,5} (?:con nguoi|nguoi that|robot|nguoi may)|(?:khong phai(?: la)?) (?:robot|nguoi may|may)|ma (?:captcha|xac nhan|xac thuc|bao ve)|truy cap bat thuong"
    r"|dang kiem tra (?:trinh duyet|ket noi|bao mat)|kiem tra (?:trinh duyet|bao mat)(?: cua ban)?|vui long (?:cho|doi)|(?:xin|hay) (?:cho|doi)(?: mot| trong)? (?:chut|lat|it phut|giay lat|vai giay)"
    r"|cho mot (?:chut|lat)|chi mot (?:chut|lat)|(?:bat|kich hoat|cho phep|yeu cau|can)(?: \w+){0,3} javascript|trinh duyet(?: \w+){0,5} (?:javascript|khong ho tro)"
    r"|truy cap (?:bi )?(?:tu choi|chan)|(?:ban|ip)(?: \w+){0,4} (?:da )?bi chan|luu luong(?: \w+){0,3} bat thuong|chong ddos)\b"
)
ONLY_CHALLENGE = re.compile(
    rf"(?:(?:vui long|please|{GREETING}|403|forbidden|cloudflare) )*(?:{CHALLENGE.pattern})(?: (?:\w+)){{0,6}}"
)
FILLER = re.compile(
    r"\b(?:trang chu|quay lai|quay ve|tro lai|tro ve|ve trang|tim kiem|kiem tra|vui long|lien he|hotline|dien thoai|e ?mail|home ?page|go back|back to|return to|search|try again|thu lai"
    r"|contact|please|copyright|ban quyen|chuyen huong|tu dong chuyen|redirect\w*|click|nhan vao|bam vao|xin cam on|thank you|404|sitemap|menu|cloudflare|help|unable to access|the owner)\b"
)
SCRIPTS = re.compile(
    r"_cf_chl_opt|cf-browser-verification|cf-challenge|challenge-form|cf-turnstile|sucuri_cloudproxy|_Incapsula_Resource|captcha-delivery\.com|px-captcha|awswaf\.com"
    r"|AwsWafIntegration|g-recaptcha|h-captcha|hcaptcha\.com/1|geetest|ddos-guard|slowAES|toNumbers\(|/_guard/|wzws-waf"
    r"|document\.cookie\s*=[^<]{1,600}?location\s*(?:\.\s*(?:reload|replace|assign|href))"
    r"|(?:enable|bật|kích hoạt|requires?) (?:\w+ ){0,3}javascript",
    re.I,
)
SENTENCE = re.compile(r"[.!?…\n]+(?=\s|$)|\n")
PARTS = re.compile(r"\s+[|\-–—»·•]\s+|\s*[|»•]\s*|:\s+")
NOT_WORD = re.compile(r"[\W_]+")


def notice_in_titles(titles: Iterable[str]) -> Notice:
    """Finds a title of which one part, between the strokes that separate it from the site's name, is nothing but a
    notice."""
    for title in titles:
        for part in (title, *PARTS.split(title)):
            if found := only_notice(part):
                return found
    return ""


def only_notice(text: str) -> Notice:
    said = _words(text)
    if not said or said.count(" ") >= LONGEST_LINE:
        return ""
    if ONLY_NOT_FOUND.fullmatch(said):
        return "not-found"
    return "challenge" if ONLY_CHALLENGE.fullmatch(said) else ""


def notice_in_text(text: str) -> Notice:
    """Finds a short text that is almost entirely a notice, or whose first line is one, followed by nothing but
    teasers."""
    size = _size(text)
    if size > max(LONGEST.values()):
        return ""
    said = [_words(sentence) for sentence in SENTENCE.split(text)]
    said = [sentence for sentence in said if sentence]
    kinds: tuple[tuple[Notice, re.Pattern[str], re.Pattern[str]], ...] = (
        ("challenge", CHALLENGE, FILLER), ("not-found", NOT_FOUND, FILLER), ("consent", CONSENT, ABOUT_CONSENT),
    )  # fmt: skip
    for name, pattern, beside in kinds:
        if size <= LONGEST[name] and _mostly(said, pattern, beside):
            return name
    return only_notice(text.strip().split("\n", 1)[0]) if said else ""


def speaks_of_notices(title: str) -> bool:
    """True for a piece about such things; its words cannot distinguish it from a notice."""
    said = _words(title)
    return any(pattern.search(said) for pattern in (NOT_FOUND, CONSENT, CHALLENGE)) or bool(
        re.search(
            r"\b(?:404|cookies?|captcha|javascript|du lieu ca nhan|quyen rieng tu|dang nhap|privacy)\b", said
        )
    )


def is_hidden_by_script(html: str, body: HtmlElement | None) -> bool:
    """True where the page shows almost nothing, and a script would have to run first."""
    return (body is None or not shows_more_than(HIDDEN, body)) and SCRIPTS.search(html) is not None


def _mostly(said: Sequence[str], pattern: re.Pattern[str], beside: re.Pattern[str]) -> bool:
    notices = [each for each in said if each.count(" ") < LONGEST_LINE and pattern.search(each)]
    if not notices:
        return False
    total, noticed = sum(map(len, said)), sum(map(len, notices))
    rest = sum(len(each) for each in said if each not in notices and not beside.search(each))
    return noticed >= LEAST * total and rest <= REST * total


def _words(text: str) -> str:
    return NOT_WORD.sub(" ", bare(text)).strip()


def _size(text: str) -> int:
    return sum(map(str.isalnum, text))
