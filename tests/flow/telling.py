"""Stories in plain words: what people did, printed behind a test (`pytest -rP` shows it)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flow.conftest import Habitat, answers_file, demo_return


class Story:
    """The lines of one story."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, text: str) -> None:
        self.lines.append(text)


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Iterator[Story]:
    """Tell one thing that happened; the story is printed in the end."""
    story = Story()
    yield story
    print(request.node.name.replace("test_", "").replace("_", " "))
    print("\n".join(f"  {number}. {line}" for number, line in enumerate(story.lines, 1)))


def add(habitat: Habitat, workspace: Path, folder: Path, form_id: str = "housing_policy") -> str:
    """Finalize a return of a form and give its label."""
    answers = answers_file(folder, demo_return(form_id), f"{form_id}.json")
    made = habitat(
        workspace, "record", "add", "--form", form_id, "--answers", answers, "--finalize", "--json"
    )
    assert made.code == 0, made.err
    return str(made.json["label"])


def edit(habitat: Habitat, workspace: Path, folder: Path, label: str, answers: dict[str, Any]) -> None:
    """Change a record and finalize it."""
    file = answers_file(folder, answers, "change.json")
    said = habitat(workspace, "record", "edit", label, "--answers", file, "--finalize")
    assert said.code == 0, said.err


def send(habitat: Habitat, sender: Path, folder: Path, receiver: Path, *to: str) -> Path:
    """Let what waits go from a workspace to another, as real files, and give the first file."""
    made = habitat(sender, "package", "create", "--output", folder, "--json", *to)
    assert made.code == 0, made.err
    paths = [one["path"] for one in (made.json if isinstance(made.json, list) else [made.json])]
    taken = habitat(receiver, "import", *paths, "--json")
    assert taken.code == 0, taken.err
    return Path(paths[0])
