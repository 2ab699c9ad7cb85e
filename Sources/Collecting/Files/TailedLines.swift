/// Lines of one file, in order, as ranges of one buffer, so that a line costs no allocation.
package struct TailedLines: Sendable {
    package var path: String
    package var bytes: [UInt8]
    /// Without the newline; a carriage return before it is kept. Empty lines are there.
    package var lines: [Range<Int>]
    /// Bytes dropped from lines that were too long.
    package var cutBytes: Int
    /// Give it back once all these lines are safe.
    package var token: FileTailToken

    package func line(_ index: Int) -> ArraySlice<UInt8> { bytes[lines[index]] }
}

/// A place in a file, for `FileTail.acknowledge`.
package struct FileTailToken: Sendable, Hashable {
    var file: Int
    /// How often the file had been cut off by then.
    var generation: Int
    var offset: Int
    var tailHash: String
    var cutting: Bool
}

/// What a file tail did, for the agent's own numbers; all counts are since it was made.
package struct FileTailStatistics: Sendable, Hashable {
    package var openFiles = 0
    /// Renamed or deleted files among them.
    package var heldFiles = 0
    /// Bytes on disk that are not yet read, as of the last look at each file.
    package var unreadBytes = 0
    package var lines = 0
    package var bytes = 0
    /// Lines that were cut, and the bytes dropped from them.
    package var cutLines = 0
    package var cutBytes = 0
    /// Files that were cut off and written anew, and the bytes known to be lost by that.
    package var truncations = 0
    package var truncatedBytes = 0
    /// Renamed or deleted files that were let go before their end, for the bounds, and their unread bytes.
    package var abandonedFiles = 0
    package var abandonedBytes = 0
    /// Files of the last run with unread bytes that could not be found again.
    package var missingFiles = 0
    /// Files that cannot be read now.
    package var unreadableFiles = 0
}
