//! The long form of this crate's codes.

use diagnostics::Explanation;

/// Every code of this crate.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "http/url",
        title: "an address is not a URL of a web server",
        text: "Addresses start with `https://` (or `http://` for loopback) and name a host. The usual cause is a `GITHUB_API_URL` or an input with a typing error.",
    },
    Explanation {
        code: "http/request",
        title: "a request could not be put together",
        text: "A file that was to be sent could not be read, or became shorter while it was sent.",
    },
    Explanation {
        code: "http/insecure",
        title: "plain http to a host that is not loopback",
        text: "Tokens and answers would travel unprotected, so plain http is refused except to loopback and to hosts listed in `insecure-hosts` (`name` or `name:port`). A redirect from https to http is never followed.",
    },
    Explanation {
        code: "http/roots",
        title: "the root certificates cannot be used",
        text: "`ca-file` names a file that cannot be read or holds no PEM certificate. In a container action the path is one inside the container: files of the workspace are under `/github/workspace`.",
    },
    Explanation {
        code: "http/dns",
        title: "a host name could not be resolved",
        text: "The binary is static: it asks the name servers in `/etc/resolv.conf` and reads `/etc/hosts`, nothing else. Names that only nsswitch, mDNS or a company VPN client knows are not found. Behind a proxy the name of the proxy is resolved, so set `HTTPS_PROXY`.",
    },
    Explanation {
        code: "http/refused",
        title: "a connection was refused",
        text: "The host exists and nobody listens on that port. Inside a container `localhost` is the container itself; services of the job are reached by their names.",
    },
    Explanation {
        code: "http/connect",
        title: "no connection could be made",
        text: "No route, a firewall that drops packets, or an interface that is down. Behind a proxy set `HTTPS_PROXY`.",
    },
    Explanation {
        code: "http/proxy",
        title: "the proxy did not let a request through",
        text: "The proxy named by `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY` (lower case counts first) could not be reached, wants a user name and password (407), or refuses that host. `NO_PROXY` lists hosts to reach directly; loopback always is. SOCKS proxies are not supported.",
    },
    Explanation {
        code: "http/tls",
        title: "no trusted TLS connection",
        text: "The certificate is not signed by a trusted root, is for another name, or is out of date. Trusted are the bundled Mozilla roots, the system's, and those in `ca-file`, `SSL_CERT_FILE` and `NODE_EXTRA_CA_CERTS`. There is no switch to turn verification off.",
    },
    Explanation {
        code: "http/timeout",
        title: "no answer in time",
        text: "Connecting, or the next part of the answer, took too long. Requests that may be repeated were repeated first.",
    },
    Explanation {
        code: "http/cut",
        title: "the connection was cut",
        text: "The connection broke after the request was sent, so for a request that is not repeated it is unclear whether it took effect. A run of the same action looks first and completes what is missing.",
    },
    Explanation {
        code: "http/too-large",
        title: "an answer is larger than allowed",
        text: "Answers are read into memory up to a limit; the rest is cut off. Usually the address is a wrong one.",
    },
    Explanation {
        code: "http/redirect",
        title: "a redirect was not followed",
        text: "At most three redirects are followed, credentials are dropped on another origin, a request that changes something is never sent to another origin, and https never becomes http.",
    },
    Explanation {
        code: "http/status",
        title: "the server answered with an error",
        text: "The status is not 2xx. 5xx and rate limits were waited for first where the request may be repeated.",
    },
];
