"""Real workers on a real broker: order, nothing lost, nothing twice without need, whatever ends a worker."""

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from config.settings import load_settings
from models.messages.dead_letter import DeadLetter
from tests.waiting import asked_in_vain, port_of, refuses, until

MANY = 30_000


def values(first: int, number: int) -> list[bytes]:
    return [json.dumps({"id": n, "text": "nghị quyết " * 10}).encode() for n in range(first, first + number)]


def test_every_message_once_and_in_order(bench):
    bench.publish(values(0, MANY))
    before = time.monotonic()
    worker = bench.start(to_target=True)
    worker.ready()
    assert time.monotonic() - before < 60
    bench.wait_for(MANY)
    assert bench.query("SELECT count(*), max(times) FROM seen") == [(MANY, 1)]
    for place, offsets in deliveries(bench).items():
        assert offsets == list(range(MANY // 4)), place
    assert len(bench.read(bench.target, MANY)) == MANY


def test_opens_no_port_and_prints_no_noise(bench):
    worker = bench.start()
    worker.ready()
    open_ports = [c for c in psutil.Process(worker.process.pid).net_connections() if c.status == "LISTEN"]
    assert open_ports == []
    assert worker.terminate() == 0
    events = [line.split(" ", 3)[3].split(" ")[0] for line in worker.output.splitlines()]
    assert events == ["worker.ready", "worker.stopped"]
    assert sorted(p.name for p in bench.folder.iterdir() if not p.name.startswith("book.db")) == [
        "worker-0.log"
    ]


def test_sigterm_leaves_nothing_to_redeliver(bench):
    bench.publish(values(0, MANY))
    for part in (0.1, 0.3, 0.5):
        worker = bench.start(pause=0.02)
        bench.wait_seen(int(MANY * part))
        assert worker.terminate() == 0, worker.output
        assert bench.seen() < MANY
        assert bench.committed() == bench.seen()
    bench.start()
    bench.wait_for(MANY)
    assert bench.query("SELECT count(*), max(times) FROM seen") == [(MANY, 1)]


@pytest.mark.slow
def test_sigkill_loses_nothing(make_bench):
    """With one worker and with two, at the same time: most of it is waiting for sessions to expire."""
    with ThreadPoolExecutor() as threads:
        runs = [threads.submit(kill_again_and_again, make_bench(f"{n}"), n) for n in (1, 2)]
        for run in runs:
            run.result()


def kill_again_and_again(bench, workers: int, times: int = 6) -> None:
    lot = MANY // times
    running = [bench.start(pause=0.05) for _ in range(workers)]
    for turn in range(times):
        bench.publish(values(turn * lot, lot))
        bench.wait_seen(turn * lot + 1)
        running.pop(0).kill()
        running.append(bench.start(pause=0.05))
    bench.wait_for(MANY)
    assert all(worker.process.poll() is None for worker in running), [worker.output for worker in running]
    assert bench.query("SELECT count(*), min(n), max(n) FROM seen") == [(MANY, 0, MANY - 1)]


def test_an_exception_ends_the_worker_and_a_restart_loses_nothing(bench):
    (bench.folder / "armed").touch()
    bench.publish([*values(0, 4000), b'{"id": 4000, "do": "raise"}', *values(4001, 3999)])
    worker = bench.start()
    assert worker.process.wait(20) == 1
    assert "worker.failed error=\"RuntimeError('told to raise')\"" in worker.output
    assert worker.output.count("Traceback") == 1
    (bench.folder / "armed").unlink()
    bench.start()
    bench.wait_for(8000)
    assert bench.query("SELECT count(*), max(times) FROM seen") == [(8000, 1)]


def test_poison_goes_aside_with_its_bytes_and_the_stream_goes_on(bench):
    bench.publish(values(0, 100))
    bench.publish(
        [b"\xff\xfe not json", b""],
        headers=[("ce_type", b"vn.lantoa.item.v1"), ("twice", b"1"), ("twice", b"2")],
    )
    bench.publish(values(100, 100))
    bench.start()
    bench.wait_for(202, seen=200)
    letters = [
        m
        for m in bench.read("lantoa.dead-letters", 2)
        if dict(m.headers())["lantoa_topic"] == bench.source.encode()
    ]
    letters.sort(key=lambda letter: letter.key())
    assert [(m.key(), m.value()) for m in letters] == [(b"k0", b"\xff\xfe not json"), (b"k1", b"")]
    assert letters[0].headers()[:3] == [("ce_type", b"vn.lantoa.item.v1"), ("twice", b"1"), ("twice", b"2")]
    stated = DeadLetter.from_headers(dict(letters[0].headers()))
    assert (stated.topic, stated.partition, stated.offset) == (bench.source, 0, 25)
    assert (stated.error, stated.reason) == ("MessageError", "not-json")
    assert "codec can't decode" in stated.message


@pytest.mark.slow
def test_a_broker_that_was_killed_is_waited_for(make_broker, make_bench, tmp_path):
    settings = load_settings(data_dir=tmp_path / "kafka", kafka_bootstrap_servers="")
    with make_broker(settings) as broker:
        bench = make_bench("broker", broker.bootstrap, settings)
        bench.publish(values(0, MANY))
        worker = bench.start(to_target=True, pause=0.1)
        bench.wait_seen(MANY // 10)
        os.kill(broker.pid, signal.SIGKILL)
        broker.stop()
        asked_in_vain(port_of(broker.bootstrap))
    with make_broker(settings) as again:
        assert again.bootstrap == broker.bootstrap
        bench.wait_for(MANY, seconds=60)
        assert worker.process.poll() is None
        assert len(worker.output.splitlines()) < 30
        assert bench.query("SELECT count(*), max(times) FROM seen") == [(MANY, 1)]
        assert {json.loads(m.value())["id"] for m in bench.read(bench.target, MANY)} == set(range(MANY))
        bench.close()


@pytest.mark.slow
def test_sigterm_is_obeyed_while_the_broker_is_away(make_broker, make_bench, tmp_path):
    settings = load_settings(data_dir=tmp_path / "kafka", kafka_bootstrap_servers="")
    with make_broker(settings) as broker:
        bench = make_bench("away", broker.bootstrap, settings)
        bench.publish(values(0, 5000))
        worker = bench.start(to_target=True, pause=0.1)
        bench.wait_seen(1)
        os.kill(broker.pid, signal.SIGKILL)
        until(lambda: refuses(port_of(broker.bootstrap)))
        late = bench.start()
        late.says("worker.waiting for=brokers")
        before = time.monotonic()
        assert late.terminate() == 0
        worker.terminate()
        assert time.monotonic() - before < 60
        bench.close()


@pytest.mark.slow
@pytest.mark.parametrize("how", ["hang", "block"])
def test_the_watchdog_ends_a_worker_that_has_stopped_moving(bench, how):
    (bench.folder / "armed").touch()
    bench.publish([*values(0, 100), json.dumps({"id": 100, "do": how}).encode(), *values(101, 99)])
    worker = bench.start(watchdog_minutes=0.03)
    assert worker.process.wait(20) == 1
    assert f"worker.stuck topic={bench.source}" in worker.output
    assert "misbehave" in worker.output or how == "hang"  # the stack of the thread that blocks
    (bench.folder / "armed").unlink()
    bench.start()
    bench.wait_for(200)


def test_the_watchdog_leaves_an_idle_or_a_waiting_worker_alone(bench):
    (bench.folder / "armed").touch()
    idle = bench.start(watchdog_minutes=0.02)
    idle.ready()
    bench.publish([b'{"id": 0, "do": "wait"}'])
    time.sleep(3)
    assert idle.process.poll() is None
    (bench.folder / "armed").unlink()
    bench.wait_for(1)


def deliveries(bench) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, offset in bench.query("SELECT place, offset FROM deliveries ORDER BY rowid"):
        found.setdefault(place, []).append(offset)
    return found
