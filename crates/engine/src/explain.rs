//! The long form of this crate's codes.

use diagnostics::Explanation;

/// Every code of this crate.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "engine/no-socket",
        title: "there is no Docker engine",
        text: "A container beside this one is started through the engine's socket, `/var/run/docker.sock`, or the one `DOCKER_HOST` names. GitHub's Linux runners and act mount it into container actions; Kubernetes runners, and act with `--container-daemon-socket -`, do not.",
    },
    Explanation {
        code: "engine/host",
        title: "DOCKER_HOST names no socket of this machine",
        text: "Only `unix://` addresses work: an engine on another machine cannot mount the workspace of this one.",
    },
    Explanation {
        code: "engine/permission",
        title: "the engine's socket may not be used",
        text: "The socket belongs to root and usually to the group `docker`. A container action started as root keeps that group when it becomes the owner of the workspace; one that is started as another user has to be in it already.",
    },
    Explanation {
        code: "engine/unreachable",
        title: "the engine does not answer",
        text: "The socket is there, and nobody listens on it, or what listens speaks another protocol.",
    },
    Explanation {
        code: "engine/refused",
        title: "the engine refused a request",
        text: "The message is the engine's own. A proxy in front of the socket may allow some requests only; needed are images (inspect, create), containers (list, inspect, create, archive, attach, start, wait, delete), `_ping`.",
    },
    Explanation {
        code: "engine/answer",
        title: "the engine's answer cannot be used",
        text: "The connection was cut, or the answer is not what the Engine API promises. Whether the request took effect is not known; a further run begins anew.",
    },
    Explanation {
        code: "engine/image",
        title: "an image cannot be pulled",
        text: "The image is not on this machine and the engine could not get it. Images are pulled without credentials: pull a private one in a step before, then it is there.",
    },
    Explanation {
        code: "engine/reference",
        title: "not a name of an image",
        text: "Names are `[registry/]name[:tag][@sha256:digest]`, in lower case.",
    },
    Explanation {
        code: "engine/not-mounted",
        title: "the workspace is in no mount",
        text: "What lies in the file system of a container itself cannot be seen by another container. The runner and act mount the workspace; a container started by hand needs `--volume`.",
    },
    Explanation {
        code: "engine/elsewhere",
        title: "the engine sees another workspace",
        text: "A container with the workspace's mount was made, looked into, and what lies there is not this workspace: the engine is on another machine, or this process is in a container of another engine.",
    },
];
