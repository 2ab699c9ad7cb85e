import AsyncHTTPClient
import Foundation
import NIOCore
import Wire

/// Prints a stream of text as it comes, safe for a terminal, whole lines at a time.
enum LinePrinter {
    /// A line without an end is printed in pieces of this many bytes.
    static let longestLine = 64 << 10

    /// - Parameter skippingEmpty: where empty lines are signs of life and mean nothing.
    static func print(_ body: HTTPClientResponse.Body, skippingEmpty: Bool = false) async throws {
        var rest: [UInt8] = []
        for try await piece in body {
            rest += piece.readableBytesView
            let end =
                rest.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
                ?? (rest.count > longestLine ? rest.count : 0)
            guard end > 0 else { continue }
            write(rest[..<end], skippingEmpty)
            rest.removeFirst(end)
        }
        if !rest.isEmpty { write(rest + [UInt8(ascii: "\n")], skippingEmpty) }
    }

    private static func write(_ bytes: some Collection<UInt8>, _ skippingEmpty: Bool) {
        var text = String(decoding: bytes, as: UTF8.self)
        if skippingEmpty { text = text.split(separator: "\n").map { $0 + "\n" }.joined() }
        // Other programs get the bytes as they are.
        let out = Terminal.isInteractive ? TerminalText.safe(text, keepsLines: true) : text
        FileHandle.standardOutput.write(Data(out.utf8))
    }
}
