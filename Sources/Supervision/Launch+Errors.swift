import CGantry
package import GantryBase
import Glibc
import Model

/// Says what a call to the system failed of, by `errno`.
package func systemError(_ what: String, code: GantryError.Code = .unavailable, number: Int32 = errno)
    -> GantryError
{
    GantryError(code, "\(what): \(systemMessage(number))")
}

func systemMessage(_ number: Int32) -> String { String(cString: strerror(number)) }

extension Launch {
    /// Puts the place and the number that the child reported in words.
    func error(of failure: gantry_failure) -> GantryError {
        let program = request.command[0]
        let index = Int(failure.index)
        let reason = systemMessage(failure.code)
        switch gantry_place(UInt32(failure.place)) {
        case GANTRY_AT_PROGRAM: return programError(failure, reason)
        case GANTRY_AT_INTERPRETER:
            return GantryError(
                .invalid, "\(programs[index]) cannot run: the interpreter that it names is missing",
                hint: "check its first line, or the loader that it was built for")
        case GANTRY_AT_DIRECTORY:
            return GantryError(
                failure.code == EACCES ? .forbidden : .notFound,
                "cannot start \(program) in \(request.directory ?? "."): \(reason)",
                hint: "the working directory must exist and its user must be able to enter it")
        case GANTRY_AT_USER:
            return GantryError(
                .forbidden,
                "cannot start \(program) as user \(request.user?.uid ?? 0), "
                    + "group \(request.user?.gid ?? 0): \(reason)", hint: "only root can change the user")
        case GANTRY_AT_GROUP:
            return GantryError(
                .unavailable, "cannot put \(program) into \(request.groupFiles[index]): \(reason)")
        case GANTRY_AT_HIDDEN_PATH:
            return GantryError(
                .unsupported, "cannot hide \(view.hidden[index]) from \(program): \(reason)")
        case GANTRY_AT_PRIVATE_FOLDER:
            return GantryError(
                .unavailable,
                "cannot lay \(view.covers[index]) over \(view.covered[index]) for \(program): \(reason)")
        case GANTRY_AT_SHARED_MEMORY:
            return GantryError(.unavailable, "cannot give \(program) its own /dev/shm: \(reason)")
        case GANTRY_AT_NAMESPACE, GANTRY_AT_PRIVATE_MOUNTS, GANTRY_AT_PROC:
            return GantryError(
                .unsupported, "cannot start \(program) in namespaces of its own: \(reason)",
                hint: "this needs root (CAP_SYS_ADMIN) and a kernel that allows it")
        case GANTRY_AT_LIMIT:
            return GantryError(
                .forbidden,
                index == 0
                    ? "cannot give \(program) \(request.openFileLimit ?? 0) descriptors: \(reason)"
                    : "cannot limit \(program) to \(request.processLimit ?? 0) processes: \(reason)")
        default:
            return GantryError(.unavailable, "cannot start \(program): \(reason)")
        }
    }

    private func programError(_ failure: gantry_failure, _ reason: String) -> GantryError {
        let program = programs[Int(failure.index)]
        switch failure.code {
        case ENOENT, ENOTDIR:
            guard request.command[0].contains("/") else {
                return GantryError(
                    .notFound,
                    "program \(request.command[0]) is in no folder of PATH "
                        + "(\(request.environment["PATH"] ?? Self.defaultPath))",
                    hint: "install it, or name it by its path")
            }
            return GantryError(
                .notFound, "program \(program) does not exist (started in \(request.directory ?? "."))")
        case EACCES:
            return GantryError(
                .invalid, "program \(program) cannot be executed: \(reason)",
                hint: "it must be a file that its user may read and execute (chmod +x)")
        case ENOEXEC:
            return GantryError(
                .invalid, "program \(program) is no executable of this machine",
                hint: "a script needs a first line such as #!/bin/sh")
        case E2BIG:
            return GantryError(.limit, "program \(program): arguments and environment are too long")
        default:
            return GantryError(.unavailable, "program \(program) cannot be executed: \(reason)")
        }
    }
}
