"""The issuers of resolutions, and the family to which their documents belong (domain.md, rule 6)."""

from typing import NamedTuple

from models.messages.mention import Family

CENTRE = r"(?:trung ương|tw|t\.ư|tư(?=\s+(?:đảng|khóa)))"


class Issuer(NamedTuple):
    code: str
    family: Family
    words: str  # a pattern for folded text


# The first that matches wins, so a longer name precedes the shorter one with which it begins.
ISSUERS = (
    Issuer(
        "shareholders", "other", r"(?:đại hội đồng cổ đông|đhđcđ|đại hội cổ đông|hội đồng quản trị|hđqt|hội đồng thành viên|hđtv|cổ đông)"
    ),
    Issuer(
        "school", "other", r"(?:hội đồng (?:trường|đại học|khoa học|quản lý)|ban quản trị)"
    ),
    Issuer(
        "association",
        "other",
        r"(?:(?:ban chấp hành|bch|đoàn chủ tịch|ban thường vụ|ban bí thư|đại hội(?: đại biểu)?(?: toàn quốc)?)\s+)?"
        r"(?:trung ương|tw|tư)?\s?(?:tổng liên đoàn|liên đoàn|công đoàn|cđ(?=\s|[a-zđ]*vn)|đoàn thanh niên|đoàn tncs"
        r"|trung ương đoàn|tw đoàn|tư đoàn|trung ương hội|tw hội|tư hội"
        r"|hội (?:luật gia|nông dân|phụ nữ|liên hiệp|cựu chiến binh|sinh viên|nhà báo|nhà văn|chữ thập đỏ|cổ động viên|người cao tuổi|khuyến học)"
        r"|hội lhpn|mặt trận tổ quốc|mttq|ủy ban mặt trận|vff|vpf|afc|fifa|hiệp hội)",
    ),
    Issuer(
        "united_nations",
        "foreign",
        r"(?:(?:đại hội đồng|hội đồng bảo an|hội đồng nhân quyền)(?:\s+(?:liên hợp quốc|liên hiệp quốc|lhq))?|hđba(?:\s+lhq)?"
        r"|liên hợp quốc|liên hiệp quốc|lhq|unesco|iaea|nato|asean|liên minh châu âu|eu(?!\w)|ủy ban châu âu|nghị viện(?: châu âu)?|ep(?!\w)"
        r"|liên đoàn ả rập|hạ viện|thượng viện|duma|quốc hội (?:mỹ|hoa kỳ|hàn quốc|nhật|pháp|đức|anh|nga|iraq|iran|israel|thổ nhĩ kỳ|campuchia|lào|thái lan|venezuela|châu âu|ukraine|philippines|indonesia|serbia|trung quốc))",
    ),
    Issuer(
        "local_party",
        "local_party",
        r"(?:(?:ban chấp hành|bch|ban thường vụ|btv|thường trực|thường vụ)\s+)?"
        r"(?:(?:tỉnh|thành|quận|huyện|thị|đảng|xã|phường|cấp)\s?ủy|đảng bộ|chi bộ|quân ủy(?: trung ương)?|đảng đoàn|ban cán sự đảng|tỉnh đảng bộ|thành đảng bộ)",
    ),
    Issuer("joint", "state", r"(?:liên tịch)"),
    Issuer(
        "national_assembly",
        "state",
        r"(?:(?:(?:ủy ban|ub) )?thường vụ (?:quốc hội|qh)|ubtv\s?qh|ủy ban thường vụ|(?:kỳ họp[^.;]{0,30}?)?quốc hội|qh(?!\w))",
    ),
    Issuer("government", "state", r"(?:(?:phiên họp )?chính phủ|thủ tướng|cp(?!\w)|hội đồng bộ trưởng)"),
    Issuer(
        "council",
        "state",
        r"(?:hội đồng nhân dân|hđnd|ủy ban nhân dân|ubnd|hội đồng thẩm phán|hđtp|tòa án nhân dân|hội đồng bầu cử|ủy ban bầu cử|bộ (?:y tế|công thương|tài chính|giáo dục|nội vụ|quốc phòng|công an))",
    ),
    Issuer("place", "state", r"(?:(?:tỉnh|thành phố|tp)(?:\s+này)?(?=[\s.,;]))"),
    Issuer("politburo", "party", r"(?:bộ chính trị|bct(?!\w))"),
    Issuer("secretariat", "party", r"(?:ban bí thư(?:\s+trung ương)?(?:\s+đảng)?|bbt(?!\w))"),
    Issuer(
        "central_committee",
        "party",
        r"(?:(?:ban chấp hành|bch)\s*(?:trung ương|tw|tư|t\.ư)(?!\w)(?:\s+đảng)?(?:\s+cộng sản việt nam)?|bchtw(?:\s+đảng)?)",
    ),
    Issuer("centre", "party", rf"(?:{CENTRE}(?!\w)(?:\s+đảng(?!\s+(?:bộ|ủy|đoàn)))?)"),
    Issuer("party", "party", r"(?:đcs\s?(?:vn|việt nam)|đảng(?!\s*(?:bộ|ủy|đoàn|viên|cầm quyền|dân chủ|cộng hòa|đối lập|phái))(?:\s+cộng sản việt nam|\s+ta)?(?!\w))"),
)  # fmt: skip
BY_CODE = {issuer.code: issuer for issuer in ISSUERS}
ANY_ISSUER = "(?:" + "|".join(f"(?P<{issuer.code}>{issuer.words})" for issuer in ISSUERS) + ")"
STATE_ISSUER = r"(?<!\w)(?:quốc hội|qh|hđnd|hội đồng nhân dân|chính phủ|thủ tướng|ubnd)(?!\w)"
