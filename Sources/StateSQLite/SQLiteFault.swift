import GRDB
import GantryBase
import Glibc

/// Makes the product's error of what SQLite or the system said.
enum SQLiteFault {
    static func error(from error: any Error, path: String) -> any Error {
        switch error {
        case is GantryError, is CancellationError: return error
        case let error as DatabaseError: return Self.error(from: error, path: path)
        default: return GantryError(.internal, "the state \(path) failed", cause: error)
        }
    }

    static func closed(_ path: String) -> GantryError {
        GantryError(.unavailable, "the state \(path) is closed", hint: "start the server again")
    }

    /// - Parameter number: `errno` as the call left it.
    static func refused(_ what: String, path: String, _ number: Int32) -> GantryError {
        GantryError(
            .unavailable, "\(what): \(String(cString: strerror(number)))",
            hint: "make \(path) writable for the server's user, on a disk with free space")
    }

    private static func error(from error: DatabaseError, path: String) -> GantryError {
        switch error.resultCode {
        case .SQLITE_FULL:
            return full(path, error)
        case .SQLITE_IOERR where fullCodes.contains(error.extendedResultCode):
            return full(path, error)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
            return GantryError(
                .unavailable, "the state \(path) cannot be written",
                hint: "make its directory writable for the server's user, not on a read-only mount",
                cause: error)
        case .SQLITE_IOERR:
            return GantryError(
                .unavailable, "the disk of the state \(path) reports an error",
                hint: "look at the system's log; free space or replace the disk", cause: error)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return GantryError(
                .unavailable, "another process holds the state \(path)",
                hint: "end other programs that have it open", cause: error)
        case .SQLITE_MISUSE:
            return closed(path)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return GantryError(
                .internal, "the state \(path) is damaged", hint: "restore it from a backup", cause: error)
        default:
            return GantryError(.internal, "the state \(path) failed", cause: error)
        }
    }

    /// What SQLite says when there is no room for the log or its index, which it writes and sizes by other calls.
    private static let fullCodes: [ResultCode] = [
        .SQLITE_IOERR_WRITE, .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_TRUNCATE,
    ]

    private static func full(_ path: String, _ error: DatabaseError) -> GantryError {
        GantryError(
            .unavailable, "the disk of the state \(path) is full, nothing was written",
            hint: "free space on the file system of \(path); writing goes on by itself then", cause: error)
    }
}
