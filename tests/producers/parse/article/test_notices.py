"""What a site says where it shows no piece, and what pieces say that only sounds so."""

import pytest

from producers.parse.article.notices import notice_in_text, notice_in_titles, speaks_of_notices

TITLES = {
    "not-found": (
        "404", "404 Not Found", "Error 404 (Not Found)!!1", "Page not found | Báo Thử", "Lỗi 404", "404 - Không tìm thấy trang",
        "Không tìm thấy trang - Báo Điện tử tỉnh Thử", "Không tìm thấy nội dung", "Trang không tồn tại", "Bài viết không tồn tại | Đài Thử",
        "Bài viết này không còn tồn tại", "Trang bạn yêu cầu không tồn tại", "Rất tiếc! Trang bạn tìm kiếm không tồn tại",
        "Xin lỗi, không tìm thấy trang bạn yêu cầu", "Nội dung đã bị gỡ bỏ", "Tin đã bị xóa", "Đường dẫn không hợp lệ", "Liên kết không tồn tại",
        "Oops! That page can’t be found.", "Nothing found", "The page you are looking for does not exist", "This page isn't available",
        "This article is no longer available", "File not found", "Không tìm thấy kết quả", "Website đang bảo trì", "Site under maintenance",
        "500 Internal Server Error", "Không tìm thấy bài viết", "Thông báo: Không tìm thấy bài viết", "Trang này hiện không khả dụng",
        "LỖI 404: KHÔNG TÌM THẤY TRANG", "Khong tim thay trang",
    ),
    "challenge": (
        "Just a moment...", "Attention Required! | Cloudflare", "Access denied", "Please verify you are a human", "Security check",
        "DDoS protection by Thử", "Are you a robot?", "Xác minh bạn là con người", "Vui lòng chờ…", "Chờ một chút...", "One moment, please...",
        "Đang kiểm tra trình duyệt của bạn", "Request Rejected", "Pardon Our Interruption", "Truy cập bị từ chối", "403 Forbidden",
    ),
}  # fmt: skip
TEXTS = {
    "not-found": (
        "Trang bạn yêu cầu không tồn tại hoặc đã bị xóa. Vui lòng quay lại trang chủ.",
        "Rất tiếc!\nBài viết này không còn tồn tại trên hệ thống.\nVề trang chủ\nHotline: 0293 000 000",
        "404\nKhông tìm thấy nội dung bạn yêu cầu\nBạn có thể kiểm tra lại đường dẫn hoặc tìm kiếm tin khác.",
        "Xin lỗi quý độc giả, bài viết mà quý vị đang tìm đã bị gỡ bỏ. Hệ thống sẽ tự động chuyển về trang chủ sau 5 giây.",
        "Đường dẫn không đúng hoặc nội dung đã được di chuyển.",
        "It looks like nothing was found at this location. Maybe try a search?",
        "Sorry, the page you are looking for could not be found. Go back to the homepage.",
        "The requested URL /tin-1.html was not found on this server.",
        "Sorry! This story has been removed. Please return to our home page.",
        "Trang web đang được bảo trì. Vui lòng quay lại sau ít phút.",
        "Dữ liệu đang được cập nhật",
        "Nội dung này hiện không khả dụng.",
        "Không có dữ liệu",
        "Không có thông tin",
        "Bài viết chưa được xuất bản hoặc đã bị thu hồi.",
        "Tin này đã hết hạn hiển thị.",
        "Truy vấn dữ liệu không thành công",
        "Server Error in '/' Application.\nObject reference not set to an instance of an object.",
        "Database Error\nCould not connect: Too many connections",
        "Our website is currently unavailable in most European countries. We are engaged on the issue.",
    ),
    "consent": (
        "Chúng tôi sử dụng cookie để cá nhân hóa nội dung và quảng cáo. Khi chọn Đồng ý, bạn chấp nhận chính sách bảo mật của chúng tôi.\n"
        "Đồng ý\nTừ chối\nTùy chọn",
        "We and our 832 partners store and access personal data. We use cookies and similar technologies for advertising and measurement. "
        "You can change your preferences at any time.\nAccept all\nReject all",
        "Before you continue to the site\nWe use cookies and data to deliver and maintain our services.\nReject all\nAccept all",
        "Vui lòng đăng nhập để tiếp tục đọc bài viết này.\nTài khoản\nMật khẩu\nQuên mật khẩu?",
        "Bạn cần đăng nhập để xem nội dung này. Chưa có tài khoản? Đăng ký thành viên.",
        "Please log in to continue reading. Subscribe to read all our articles.",
        "Đăng ký tài khoản miễn phí để đọc tiếp.",
        "Nội dung chỉ dành cho độc giả trả phí. Hãy mua gói đọc báo để đọc toàn bộ bài viết. Giá chỉ 30.000đ một tháng.",
        "This article is for subscribers only. Subscribe now for unlimited access.",
        "You have reached your limit of free articles. Subscribe to continue.",
        "Bạn phải đủ 18 tuổi để xem nội dung này.",
    ),
    "challenge": (
        "Checking your browser before accessing bao.example. Please enable JavaScript and cookies.",
        "bao.example\nVerify you are human by completing the action below.\nbao.example needs to review the security of your connection before proceeding.\n"
        "Ray ID: 8c0aa\nPerformance & security by Cloudflare",
        "Vui lòng xác minh bạn không phải là robot.\nNhập mã captcha bên dưới để tiếp tục.",
        "Hệ thống đang kiểm tra trình duyệt của bạn. Vui lòng chờ trong giây lát.",
        "Sorry, you have been blocked. You are unable to access bao.example. Please contact the owner of the site.",
        "Trình duyệt của bạn không hỗ trợ JavaScript. Hãy bật JavaScript để xem trang.",
        "You need to enable JavaScript to run this app.",
        "Making sure you're not a bot!\nLoading...",
        "Hệ thống phát hiện truy cập bất thường từ địa chỉ IP của bạn. Vui lòng nhập mã xác thực để tiếp tục.",
    ),
}  # fmt: skip
PIECES = (  # title, text: each a piece that speaks of such things, or uses their words
    ("Lỗi 404 là gì? Cách khắc phục lỗi 404 Not Found", "Lỗi 404 xuất hiện khi trang không tồn tại. " * 3 + "Người dùng nên kiểm tra lại cách gõ. " * 20),
    ("Không tìm thấy nạn nhân vụ chìm ghe trên sông Hậu", "Đến chiều nay, lực lượng cứu hộ vẫn chưa tìm thấy hai nạn nhân."),
    ("Không tìm thấy hộp đen máy bay", "Đội tìm kiếm cho biết chưa tìm thấy hộp đen. Công việc tạm dừng vì sóng lớn."),
    ("Xã Hòa An xóa xong nhà tạm", "Nhà tạm đã được xóa bỏ. Ấp nào cũng có đường bê tông."),
    ("Ban Thường vụ Tỉnh ủy đồng ý chủ trương", "Ban Thường vụ Tỉnh ủy đồng ý với chủ trương xây cầu và chấp nhận điều khoản của hợp đồng."),
    ("Người dân cần đăng ký tạm trú trước 30/9", "Người dân cần đăng ký tạm trú. Hãy đăng ký tại công an xã để được hướng dẫn."),
    ("Trang trọng lễ kỷ niệm 15 năm thành lập xã", "Xã tổ chức trang trọng lễ kỷ niệm, khen thưởng mười tập thể."),
    ("Hãy chờ một mùa vàng", "Bà con nói: hãy chờ thêm ít bữa nữa, lúa sẽ chín. Ruộng năm nay tốt."),
    ("Chuyến bay 404 và những bí ẩn", "Chuyến bay số 404 cất cánh lúc 7 giờ. Hành khách đến nơi an toàn."),
    ("Ảnh: Chợ nổi Ngã Bảy", "Ảnh: Ghe bán trái cây trên chợ nổi."),
    ("Video: Hội đua ghe Ngo", "Mời quý vị theo dõi video."),
    ("Cảnh báo trang web giả mạo ngân hàng", "Công an tỉnh cho biết trang web giả mạo không còn tồn tại, song nhiều người đã mất tiền. Ai nhận tin nhắn lạ nên báo cho "
     "công an xã. Ngân hàng không bao giờ hỏi mật khẩu qua điện thoại. Đến nay có mười hai người trong tỉnh trình báo."),
    ("Gaza: hope is gone", "The harvest is gone and nothing here grows, farmers said on Monday. The government promised help by June."),
    ("Đảng bộ huyện không còn chi bộ yếu kém", "Toàn Đảng bộ không còn chi bộ yếu kém. Nội dung sinh hoạt được đổi mới."),
    ("Trang bị máy tính cho trường học", "Trang bị máy tính cho mười trường. Thiết bị cũ đã được thay đổi."),
    ("Thu hồi đất tại dự án khu dân cư xã Hòa An", "Ủy ban nhân dân huyện đã thu hồi ba héc-ta đất. Giấy chứng nhận đã bị thu hồi trước tháng 9."),
    ("Thanh niên đủ 18 tuổi đăng ký nghĩa vụ quân sự", "Thanh niên phải đủ 18 tuổi mới được gọi nhập ngũ. Xã đã lập danh sách 40 thanh niên."),
    ("Ngân hàng hướng dẫn nhập mã xác thực", "Khách hàng nhập mã xác thực khi chuyển tiền. Ngân hàng khuyên không đưa mã cho người lạ và giữ kín mật khẩu của mình."),
    ("Bài học từ một chi bộ", "Bài học là nói đi đôi với làm. Tin vào dân, dựa vào dân."),
    ("Không có nội dung nào quan trọng hơn con người", "Đó là lời của bí thư chi bộ ấp trong buổi gặp mặt đầu xuân."),
)  # fmt: skip


@pytest.mark.parametrize(
    ("notice", "title"), [(name, each) for name, listed in TITLES.items() for each in listed]
)
def test_a_title_that_says_nothing_else(notice, title):
    assert notice_in_titles(["", title]) == notice


@pytest.mark.parametrize(
    ("notice", "text"), [(name, each) for name, listed in TEXTS.items() for each in listed]
)
def test_a_short_text_of_which_nearly_all_says_so(notice, text):
    assert notice_in_text(text) == notice


@pytest.mark.parametrize(
    ("notice", "text"), [(name, each) for name, listed in TEXTS.items() for each in listed]
)
def test_the_same_words_within_a_piece_say_nothing(notice, text):
    """As a quotation, or as what stands below a piece."""
    told = (
        "Sáng nay, các xã của huyện họp bàn việc đưa nghị quyết vào cuộc sống và phân công cán bộ phụ trách từng ấp. "
        * 6
    )
    assert notice_in_text(f"{told}\n{text}") == ""


@pytest.mark.parametrize(("title", "text"), PIECES, ids=[title for title, _ in PIECES])
def test_a_piece_is_none(title, text):
    assert (notice_in_titles([title, f"{title} - Báo Thử"]), notice_in_text(text)) == ("", "")


def test_a_piece_about_them_is_known_by_its_title():
    assert speaks_of_notices("Lỗi 404 là gì? Cách khắc phục lỗi 404 Not Found")
    assert speaks_of_notices("Bảo vệ dữ liệu cá nhân trên không gian mạng")
    assert not speaks_of_notices("Phụng Hiệp sơ kết vụ lúa Thu Đông")
