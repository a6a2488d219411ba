//! Which globals would do harm if they were called.
//!
//! Nothing here is ever called, so the table protects nobody by itself: it tells
//! the reader what the pickle would have done in Python. It names what runs code or
//! commands, loads modules or libraries, opens files or sockets, or unpickles
//! again. Plain data of the same modules (a `CalledProcessError`, an
//! `os.stat_result`) is left out, because failed runs are full of it.

/// Whether `module.name` is such a global. `name` may be dotted: protocol 4 looks up
/// attributes of attributes, so `("shutil", "os.system")` counts too.
pub(super) fn is_dangerous(module: &str, name: &str) -> bool {
    let mut owner = module;
    for part in name.split('.') {
        if one(owner, part) {
            return true;
        }
        // Modules import others under a private name: `random._os` is `os`.
        owner = part.trim_start_matches('_');
    }
    // An attribute of anything at all may be a module that is imported there.
    name.contains('.')
        && matches!(
            owner,
            "system" | "popen" | "Popen" | "eval" | "exec" | "spawn" | "import_module"
        )
}

fn one(module: &str, name: &str) -> bool {
    let top = module.split('.').next().unwrap_or(module);
    match top {
        "builtins" | "__builtin__" => matches!(
            name,
            "eval"
                | "exec"
                | "execfile"
                | "compile"
                | "__import__"
                | "open"
                | "input"
                | "breakpoint"
                | "globals"
                | "locals"
                | "setattr"
                | "delattr"
                | "exit"
                | "quit"
        ),
        "os" | "posix" | "nt" => {
            let data = name.ends_with("_result")
                || matches!(
                    name,
                    "terminal_size" | "sched_param" | "fspath" | "error" | "PathLike" | "DirEntry"
                );
            module != "os.path" && !data
        }
        "subprocess" => !matches!(
            name,
            "CalledProcessError"
                | "TimeoutExpired"
                | "SubprocessError"
                | "CompletedProcess"
                | "PIPE"
                | "STDOUT"
                | "DEVNULL"
        ),
        "socket" | "_socket" => !matches!(
            name,
            "error"
                | "timeout"
                | "gaierror"
                | "herror"
                | "AddressFamily"
                | "SocketKind"
                | "MsgFlag"
                | "AddressInfo"
        ),
        "shutil" => !name.ends_with("Error"),
        "ctypes" | "_ctypes" => !name.starts_with("c_"),
        "importlib" => {
            !module.starts_with("importlib.metadata") && !module.starts_with("importlib.resources")
        }
        "pty" | "runpy" | "code" | "codeop" | "imp" | "pip" | "popen2" | "webbrowser"
        | "ensurepip" | "_posixsubprocess" | "_winapi" | "_winreg" | "winreg" | "distutils"
        | "venv" => true,
        "pickle" | "_pickle" | "cPickle" | "dill" | "cloudpickle" | "joblib" | "marshal"
        | "shelve" => {
            matches!(name, "load" | "loads" | "Unpickler" | "open")
        }
        "pandas" => name == "read_pickle",
        "platform" => name == "popen",
        "pdb" | "bdb" | "cProfile" | "profile" | "trace" | "timeit" | "doctest" => {
            matches!(
                name,
                "run"
                    | "runeval"
                    | "runcall"
                    | "runctx"
                    | "timeit"
                    | "repeat"
                    | "main"
                    | "Pdb"
                    | "Bdb"
            )
        }
        "asyncio" => name.starts_with("create_subprocess"),
        "io" | "_io" | "codecs" => matches!(name, "open" | "FileIO" | "open_code"),
        "urllib" => matches!(name, "urlopen" | "urlretrieve"),
        "sys" => matches!(
            name,
            "exit" | "settrace" | "setprofile" | "_getframe" | "modules"
        ),
        "signal" | "faulthandler" | "atexit" => matches!(
            name,
            "signal" | "register" | "alarm" | "raise_signal" | "pthread_kill" | "dump_traceback"
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_dangerous;

    #[track_caller]
    fn check(full: &str, dangerous: bool) {
        let (module, name) = full.split_once(' ').unwrap();
        assert_eq!(is_dangerous(module, name), dangerous, "{full}");
    }

    #[test]
    fn what_would_run_something_is_dangerous() {
        for name in [
            "os system",
            "posix system",
            "nt system",
            "subprocess Popen",
            "subprocess check_output",
            "builtins eval",
            "builtins exec",
            "builtins compile",
            "builtins __import__",
            "builtins open",
            "shutil rmtree",
            "socket socket",
            "socket create_connection",
            "importlib import_module",
            "importlib.util spec_from_file_location",
            "pty spawn",
            "runpy run_path",
            "ctypes CDLL",
            "ctypes.util find_library",
            "pickle loads",
            "io open",
        ] {
            check(name, true);
        }
    }

    #[test]
    fn an_attribute_of_an_attribute_is_dangerous_too() {
        check("shutil os.system", true);
        check("mypackage.mymodule os.system", true);
        check("random _os.system", true);
        check("mypackage.mymodule alias.system", true);
        check("mypackage.mymodule Class.method", false);
    }

    #[test]
    fn data_of_the_same_modules_is_not() {
        for name in [
            "subprocess CalledProcessError",
            "os stat_result",
            "posix stat_result",
            "socket gaierror",
            "builtins ValueError",
            "builtins getattr",
            "builtins list",
            "shutil SameFileError",
            "mypackage.os Thing",
            "osmium Node",
            "importlib.metadata PackageNotFoundError",
        ] {
            check(name, false);
        }
    }
}
