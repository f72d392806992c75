from config.programme import load_programme
from lantoa.demo import write_programme


def test_the_written_programme_is_one(world, tmp_path):
    folder = write_programme(world, 4321, tmp_path / "programme")
    programme = load_programme(folder)
    assert list(programme.outlets) == [outlet.id for outlet in world.outlets]
    feeds = {feed.id: feed for outlet in world.outlets for feed in outlet.feeds}
    assert {s.id: s.url for s in programme.sources.values()} == {
        name: f"http://127.0.0.1:4321{feed.path}" for name, feed in feeds.items()
    }


def test_the_simulation_sees_the_outlets_as_the_programme_declares_them(world, tmp_path):
    programme = load_programme(write_programme(world, 1, tmp_path))
    for outlet in world.outlets:
        declared = programme.outlets[outlet.id]
        assert (declared.level, declared.partner) == (outlet.level, outlet.partner)
        for source in declared.sources:
            feed = next(feed for feed in outlet.feeds if feed.id == source.id)
            assert (source.channel or declared.channel) == feed.channel
            assert (source.in_scope == "always") == feed.always
            assert source.text == "feed"


def test_writing_twice_is_writing_once(world, tmp_path):
    write_programme(world, 1, tmp_path)
    write_programme(world, 2, tmp_path)
    assert "127.0.0.1:2/" in (tmp_path / "outlets.yaml").read_text("utf-8")
    assert "127.0.0.1:1/" not in (tmp_path / "outlets.yaml").read_text("utf-8")
