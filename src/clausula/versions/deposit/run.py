"""Run the steps of a deposit, resuming from the saved state."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clausula.core.findings import CouldNotRun
from clausula.core.model import Descriptor
from clausula.core.progress import Progress, quiet
from clausula.versions.deposit import steps
from clausula.versions.deposit.client import Client
from clausula.versions.deposit.states import Drafted, Published, Reserved, State, Uploaded, restore, save, state_file


@dataclass
class Deposit:
    """The deposit of one version of a package on one server. Each state is saved as soon as it is reached.

    Every method raises CouldNotRun if the server rejects a request, the folder is not the right release, or an earlier
    step is missing.
    """

    client: Client
    root: Path
    metadata: Descriptor
    progress: Progress = quiet

    @property
    def path(self) -> Path:
        """Path of the file with the state."""
        return state_file(self.root, self.metadata)

    def state(self) -> State | None:
        """Return the saved state; raise CouldNotRun if it belongs to another server."""
        state = restore(self.path)
        if state is not None and state.api != self.client.api:
            raise CouldNotRun.of("invalid-deposit-state:server", api=state.api, path=self.path)
        return state

    def reserve(self, earlier: str | None = None) -> State:
        """Create a draft and reserve its DOI. With `earlier`, the draft is a new version of that record."""
        state = self.state()
        if state is None:
            self.progress("creating a draft")
            state = steps.draft(self.client, self.metadata, earlier)
            save(self.path, state)
        if type(state) is Drafted:
            self.progress("reserving the DOI")
            state = steps.reserve(self.client, state)
            save(self.path, state)
        return state

    def upload(self, folder: Path) -> State:
        """Upload the files of a release folder and compare them with those on the server."""
        state = self.state()
        if not isinstance(state, Reserved):
            raise CouldNotRun.of("order:not-reserved", path=self.path.relative_to(self.root).as_posix())
        if isinstance(state, Published):
            return state
        done = steps.upload(self.client, state, folder, self.progress)
        save(self.path, done)
        return done

    def publish(self, folder: Path) -> State:
        """Publish the deposit, after comparing the files once more."""
        state = self.state()
        if isinstance(state, Published):
            return state
        if not isinstance(state, Uploaded):
            raise CouldNotRun.of("order:not-uploaded")
        done = steps.published_record(self.client, state)
        if done is None:
            if steps.upload(self.client, state, folder, self.progress).sums != state.sums:
                raise CouldNotRun.of("order:changed")
            self.progress("publishing")
            done = steps.publish(self.client, state)
        save(self.path, done)
        return done
