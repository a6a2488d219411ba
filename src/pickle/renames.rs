//! What names of Python 2 are called in Python 3.
//!
//! Pickles of protocols 0 to 2 use the old names, whichever Python wrote them
//! (CPython's `Lib/_compat_pickle.py`, `fix_imports=True`). Only names that can
//! stand for a value or do harm are here; modules that merely moved and hold
//! neither (Tk, web servers, DBM files) keep their old name, which is still true
//! to what was written.

/// The module and name that Python 3 would look up.
pub(super) fn python3<'a>(module: &'a str, name: &'a str) -> (&'a str, &'a str) {
    let exact = match (module, name) {
        ("__builtin__", "xrange") => ("builtins", "range"),
        ("__builtin__", "unicode" | "basestring") => ("builtins", "str"),
        ("__builtin__", "long") => ("builtins", "int"),
        ("__builtin__", "unichr") => ("builtins", "chr"),
        ("__builtin__", "reduce") => ("functools", "reduce"),
        ("__builtin__", "intern") => ("sys", "intern"),
        ("exceptions", "StandardError") => ("builtins", "Exception"),
        ("exceptions", "IOError" | "EnvironmentError" | "WindowsError") => ("builtins", "OSError"),
        ("itertools", "izip") => ("builtins", "zip"),
        ("itertools", "imap") => ("builtins", "map"),
        ("itertools", "ifilter") => ("builtins", "filter"),
        ("UserDict", "IterableUserDict") => ("collections", "UserDict"),
        ("socket", "_socketobject") => ("socket", "SocketType"),
        ("urllib2", "HTTPError" | "URLError") => ("urllib.error", name),
        ("urllib", "urlopen" | "urlretrieve" | "getproxies") => ("urllib.request", name),
        _ => ("", ""),
    };
    if !exact.0.is_empty() {
        return exact;
    }
    let module = match module {
        "__builtin__" | "exceptions" => "builtins",
        "copy_reg" => "copyreg",
        "cPickle" => "pickle",
        "commands" => "subprocess",
        "thread" => "_thread",
        "Queue" => "queue",
        "ConfigParser" => "configparser",
        "SocketServer" => "socketserver",
        "StringIO" | "cStringIO" => "io",
        "UserDict" | "UserList" | "UserString" => "collections",
        "_abcoll" => "collections.abc",
        "_elementtree" => "xml.etree.ElementTree",
        "httplib" => "http.client",
        "cookielib" => "http.cookiejar",
        "Cookie" => "http.cookies",
        "urlparse" => "urllib.parse",
        "urllib2" => "urllib.request",
        "_winreg" => "winreg",
        "repr" => "reprlib",
        other => other,
    };
    (module, name)
}
