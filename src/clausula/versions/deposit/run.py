"""Going on from the state that was kept to the one that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clausula.core.model import Descriptor
from clausula.core.progress import Progress, quiet
from clausula.versions.deposit import steps
from clausula.versions.deposit.client import Client, refused
from clausula.versions.deposit.states import Drafted, Published, Reserved, State, Uploaded, restore, save, state_file


def known(root: Path, metadata: Descriptor) -> State | None:
    """The state of the deposit of the version that the package declares."""
    return restore(state_file(root / "dist", str(metadata["version"])))


@dataclass
class Deposit:
    """The deposit of one version of a package on one server; each state is kept as soon as it is reached.

    Every method raises CouldNotRun if the server refuses, the folder does not fit, or it would be out of order.
    """

    client: Client
    root: Path
    metadata: Descriptor
    progress: Progress = quiet

    @property
    def path(self) -> Path:
        """Where the state is kept."""
        return state_file(self.root / "dist", str(self.metadata["version"]))

    def state(self) -> State | None:
        """The kept state, if it belongs to this server."""
        state = restore(self.path)
        if state is not None and state.api != self.client.api:
            hint = f"Go on with that server, or move {self.path} away to begin anew."
            raise refused("state", f"the deposit was begun on {state.api}", hint)
        return state

    def reserve(self, earlier: str | None = None) -> State:
        """Make a draft (of a new version of the record `earlier`, if given) and reserve its DOI."""
        state = self.state()
        if state is None:
            self.progress("making a draft")
            state = steps.draft(self.client, self.metadata, earlier)
            save(self.path, state)
        if type(state) is Drafted:
            self.progress("reserving the DOI")
            state = steps.reserve(self.client, state)
            save(self.path, state)
        return state

    def upload(self, folder: Path) -> State:
        """Send the files of a release folder and compare them with what the server holds."""
        state = self.state()
        if not isinstance(state, Reserved):
            raise refused("order", "no DOI was reserved yet", "Begin with `clausula deposit reserve`.")
        if isinstance(state, Published):
            return state
        done = steps.upload(self.client, state, folder, self.progress)
        save(self.path, done)
        return done

    def publish(self, folder: Path) -> State:
        """Make the deposit public, after comparing the files once more."""
        state = self.state()
        if isinstance(state, Published):
            return state
        if not isinstance(state, Uploaded):
            raise refused("order", "the files were not uploaded yet", "Say `clausula deposit upload FOLDER` first.")
        done = steps.public(self.client, state)
        if done is None:
            if steps.upload(self.client, state, folder, self.progress).sums != state.sums:
                raise refused("order", "the folder has changed since it was uploaded", "Upload it again.")
            self.progress("publishing")
            done = steps.publish(self.client, state)
        save(self.path, done)
        return done
