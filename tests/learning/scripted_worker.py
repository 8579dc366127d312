"""A child that speaks like the train worker and does as told in one word."""

import json
import os
import sys
import time
from pathlib import Path

WORD, FOLDER = sys.argv[1], Path(sys.argv[2])
PROOF = {
    "questions": 12,
    "scale": 1.0,
    "accepted": WORD in ("accept", "keep", "die-once", "die-on-the-way"),
    "reason": "It helped." if WORD in ("accept", "keep", "die-once", "die-on-the-way") else "It did not help.",
    "systems": {},
    "samples": [],
}
RESULT = {
    "proof": PROOF,
    "tokens": 1000,
    "seconds": 2.0,
    "tokens_per_second": 500.0,
    "recipe": {},
    "loss": [[1, 3.0], [2, 2.0]],
}


def say(kind: str, **fields: object) -> None:
    print(json.dumps({"kind": kind, **fields}), flush=True)


say("ready", pid=os.getpid())
say("progress", phase="training", fraction=0.5, step=1, steps=2)
if WORD == "die" or (WORD == "die-once" and not (FOLDER / "died").exists()):
    (FOLDER / "died").touch()
    os.kill(os.getpid(), 9)
if WORD == "die-on-the-way" and len(deaths := list(FOLDER.glob("died-*"))) < 5:
    say("checkpointed", step=len(deaths) + 1)
    (FOLDER / f"died-{len(deaths)}").touch()
    os.kill(os.getpid(), 9)
if WORD == "wait":
    line = sys.stdin.readline()
    cancelled = '"cancel"' in line
    say("job_stopped", reason="cancelled" if cancelled else "paused", step=1)
elif WORD == "full":
    say("job_stopped", reason="paused", sentence="Paused: your disk is full.")
elif WORD == "hang":
    time.sleep(600)
elif WORD == "fail":
    say("failed", sentence="The model reads differently.", id=0, ours=False)
elif WORD in ("practise-better", "practise-worse"):
    import numpy as np

    from personal_ai.learning import adapter_files

    (FOLDER / "skill").mkdir(exist_ok=True)
    matrix = np.ones((2, 2), np.float32)
    names = [f"blk.0.attn_q.weight.lora_{half}" for half in "ab"]
    about = {"rank": "2", "alpha": "4", "architecture": "llama", "base_sha256": "a" * 64}
    adapter_files.write(FOLDER / "skill", dict.fromkeys(names, matrix), about)
    gained = {"notes": {"nll": {"low": 0.1 if WORD == "practise-better" else -0.1}}}
    say("job_done", result=RESULT | {"proof": PROOF | {"gains": gained}})
elif WORD in ("keep", "refuse"):
    say("job_done", result=RESULT)
else:
    (FOLDER / "adapter").mkdir(exist_ok=True)
    (FOLDER / "adapter" / "adapter.gguf").write_bytes(b"GGUF-ish")
    (FOLDER / "adapter" / "adapter.safetensors").write_bytes(b"tensors")
    say("job_done", result=RESULT)
time.sleep(0.01)
