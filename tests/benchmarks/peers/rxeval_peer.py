"""Runs forms in rxeval: a request as one line of JSON on stdin, the answer as one line on stdout.

Run by the Python that has rxeval; it knows nothing of our own package.
"""

import json
import re
import resource
import sys
import time
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import rxeval


def dump(session: Any) -> dict[str, list[Any]]:
    """Return the value of every leaf; rxeval tells nothing more of all nodes."""
    session.recompute()
    root = ElementTree.fromstring(session.instance_xml())
    found: dict[str, list[Any]] = {}
    repeats = set(re.findall(r"/data/(\w+)\[", " ".join(session.steps)))
    collect(root, "/" + plain(root.tag), found, repeats)
    return found


def plain(tag: str) -> str:
    return tag.rpartition("}")[2]


def collect(node: Any, path: str, found: dict[str, list[Any]], repeats: set[str]) -> None:
    """Put the leaves below `node` into `found`, positions where a name comes again or is a repeat."""
    names = [plain(child.tag) for child in node]
    seen: dict[str, int] = {}
    for child, name in zip(node, names, strict=True):
        seen[name] = seen.get(name, 0) + 1
        place = f"[{seen[name]}]" if names.count(name) > 1 or name in repeats else ""
        if len(child):
            collect(child, f"{path}/{name}{place}", found, repeats)
        else:
            found[f"{path}/{name}{place}"] = [child.text or ""]


class Session:
    """An rxeval session that remembers the refs it was asked for."""

    def __init__(self, xml: str) -> None:
        self._session = rxeval.Session(xml)
        self.steps: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def step(self, step: list[str]) -> None:
        """Carry out one step."""
        what, ref = step[0], step[1]
        self.steps.append(ref + "[" if what == "add" else ref)
        if what == "set":
            self._session.set(ref, step[2])
        elif what == "add":
            self._session.add_row(ref)
        else:
            path, _, position = ref.rstrip("]").rpartition("[")
            self._session.remove_row(path, int(position))


def play(request: dict[str, Any]) -> dict[str, Any]:
    session = Session(request["xml"])
    dumps: list[Any] = [dump(session)]
    for step in request["steps"]:
        try:
            session.step(step)
            dumps.append(dump(session))
        except Exception as error:  # whatever the engine raises is its answer
            dumps.append({"!": str(error)})
    return {"dumps": dumps}


def timed(work: Callable[[], object]) -> list[float]:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    wall = time.perf_counter() - wall
    return [(time.process_time() - cpu) * 1000, wall * 1000]


def bench(request: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"load": []}
    for _ in range(request["loads"]):
        found["load"].append(timed(lambda: rxeval.Session(request["xml"]).recompute()))
    session = Session(request["xml"])
    session.recompute()
    for step in request["before"]:
        session.step(step)
    for work in request["work"]:
        found[work["name"]] = []
        for number in range(work["times"]):
            value = work["values"][number % len(work["values"])] if "values" in work else ""
            found[work["name"]].append(timed(lambda work=work, value=value: one(session, work, value)))
    found["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["total"] = dump(session).get("/data/total")
    return found


def one(session: Session, work: dict[str, Any], value: str) -> None:
    what = work["what"]
    if what == "serialise":
        session.instance_xml()
        return
    session.step([what if what == "add" else "set", work["ref"], value])
    session.recompute()
    if what == "list":
        session.choices(work["shown"])


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = (play if request["do"] == "play" else bench)(request)
        except BaseException as error:  # a panic in Rust is no Exception
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
