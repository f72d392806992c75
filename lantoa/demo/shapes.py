"""The forms of the simulated pieces: how often each occurs, and how a reader sees which it is."""

SECTIONS = ("thoi-su", "chinh-tri", "kinh-te", "xa-hoi", "dia-phuong")
# form → how a title shows it, and the folder that shows it where the address has one
FRAMES = {
    "infographic": ("[Infographic] {}", "Infographic: {}", "Đồ họa: {}"),
    "graphic_3d": ("[3D] {}", "{} [Đồ họa 3D]"),
    "video": ("Video: {}", "{} [Video]", "VIDEO | {}"),
    "audio": ("[Podcast] {}", "Podcast: {}"),
    "photo": ("Chùm ảnh: {}", "[Ảnh] {}", "{} (Photo)"),
    "multimedia": ("[E-Magazine] {}", "{} [Longform]", "Megastory: {}"),
}
FOLDERS = {
    "infographic": "infographics",
    "video": "video",
    "audio": "podcast",
    "photo": "chum-anh",
    "multimedia": "longform",
}
FORMS = {
    "brief": 50,
    "article": 36,
    "infographic": 4,
    "graphic_3d": 1,
    "video": 3,
    "audio": 1,
    "photo": 3,
    "multimedia": 2,
}
