"""How well learning survives: kill -9 at random moments, requests to stop, and the start to the first step.

`python -m tests.perf.bench_kills [--kills 200] [--stops 100] [--starts 5] [--model FILE.gguf]`: real train workers on a
short job. Stops and starts are of the model in FILE, with steps as a night takes them; without one, and for the kills,
of a tiny random one. Exits with 1 where a run did not go on, or ended in another adapter than an undisturbed one.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from personal_ai import messages
from personal_ai.learning import recipe
from personal_ai.messages import JobDone, JobStopped, Progress
from personal_ai.models import header
from tests.learning import tiny_job


def kills(count: int, folder: Path, chance: Random) -> bool:
    """Kill workers at moments spread evenly over the work of a whole run; compare every end with that run's."""
    whole = tiny_job.Run(tiny_job.write(folder / "whole"))
    begin = loaded(whole)
    expected = ended(whole).result["adapter_sha256"]
    seconds = time.monotonic() - whole.begin - begin
    print(f"a run that nobody disturbs works for {seconds:.1f} s: {expected[:16]}", flush=True)
    killed, phases, runs, alike = 0, Counter[str](), 0, 0
    while killed < count:
        job = tiny_job.write(folder / f"killed-{runs}")
        while killed < count:
            run = tiny_job.Run(job)
            if run.listen(loaded(run) + seconds * chance.random()) is not None:
                run.worker.stop()
                break  # it was done before
            assert run.last
            phases[run.last.phase] += 1
            run.kill()
            killed += 1
        # A job that is done says so again.
        alike += ended(tiny_job.Run(job)).result["adapter_sha256"] == expected
        runs += 1
        print(f"{killed} kills, {alike} of {runs} runs ended in the same adapter", flush=True)
        shutil.rmtree(job)
    print(f"{killed} of {killed} kills were gone on from ({dict(phases)}); SHA-256 equal in {alike} of {runs} runs")
    return alike == runs


def loaded(run: tiny_job.Run) -> float:
    """Wait until the libraries are loaded and the work begins; return how many seconds that took."""
    event = run.listen(enough=lambda event: isinstance(event, Progress))
    assert isinstance(event, Progress), event
    return time.monotonic() - run.begin


def ended(run: tiny_job.Run) -> JobDone:
    """Let a run come to its end."""
    end = run.listen()
    run.worker.stop()
    assert isinstance(end, JobDone), end
    return end


def stops(count: int, job: Path, chance: Random, one_core: bool) -> None:
    """Ask workers to stop at random moments of their training, and wait until the process is gone."""
    taken: list[float] = []
    for _ in range(count):
        run = tiny_job.Run(job, one_core)
        end = run.listen(enough=training)
        assert not isinstance(end, JobDone), "the job is too short for so many stops"
        time.sleep(chance.random())  # a timer, not a condition: any moment will do
        begin = time.monotonic()
        run.worker.send(messages.Pause())
        assert isinstance(run.listen(), JobStopped)
        assert run.worker.exit_code() == 0
        taken.append(time.monotonic() - begin)
        run.worker.stop()
    middle, late = np.percentile(taken, [50, 99])
    print(
        f"stop request to worker gone, {count} times: median {middle:.2f} s, p99 {late:.2f} s, most {max(taken):.2f} s"
    )


def training(event: Any) -> bool:
    """Whether an event tells of a step."""
    return isinstance(event, Progress) and event.phase == "training"


def starts(count: int, folder: Path, one_core: bool, **more: Any) -> None:
    """From a worker's start to its first step, on a fresh job each; the first start warms up and is not counted."""
    taken: list[list[float]] = []
    for number in range(count + 1):
        run = tiny_job.Run(tiny_job.write(folder / f"start-{number}", **more), one_core)
        marks: dict[str, float] = {}
        while "training" not in marks:
            event = run.listen(enough=lambda event: isinstance(event, Progress))
            assert isinstance(event, Progress), event
            marks.setdefault(event.phase, time.monotonic() - run.begin)
        run.kill()
        taken.append([marks[phase] for phase in ("loading", "checking", "training")])
    loading, checking, training = np.median(taken[1:], axis=0)
    print(
        f"worker start to first step done, {count} times: median {training:.2f} s (libraries until {loading:.2f} s, "
        f"model and examples until {checking:.2f} s)"
    )


def main() -> int:
    """Measure, print, and say whether nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--stops", type=int, default=100)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--model", type=Path)
    given = parser.parse_args()
    more: dict[str, Any] = {}
    if given.model:
        settings = recipe.choose(header.inspect_model(given.model).parameters, 0)
        more = {"model": given.model, "recipe": settings, "lessons": 2000}
    chance, sound, tiny = Random(20261124), True, given.model is None
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if given.starts:
            starts(given.starts, folder, tiny, **more)
        if given.stops:
            # Without checkpoints on the way, so that every stop has to write one.
            job = tiny_job.write(folder / "stops", **({"lessons": 2000} | more), checkpoint_seconds=3600.0)
            stops(given.stops, job, chance, tiny)
        if given.kills:
            sound = kills(given.kills, folder, chance)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
