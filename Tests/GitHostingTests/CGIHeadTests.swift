import GantryBase
import Synchronization
import Testing

@testable import GitHosting

final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var text: String { lines.withLock { $0.joined(separator: "\n") } }
}

@Suite struct CGIHeadTests {
    @Test func `a head gives status and fields, and the body follows it`() throws {
        let bytes = Array(
            "Status: 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nbody".utf8)
        let (head, length) = try #require(try CGIHead.parse(bytes))
        #expect(head.status == 404 && length == bytes.count - 4)
        #expect(head.fields.map(\.name) == ["Content-Type"] && head.fields.map(\.value) == ["text/plain"])
        for end in 0..<length { #expect(try CGIHead.parse(Array(bytes[..<end])) == nil) }
    }

    @Test(arguments: [
        "no field\r\n\r\n", ": empty\r\n\r\n", "A b: c\r\n\r\n", "Status: abc\r\n\r\n", "Status: 100\r\n\r\n",
        "A: b\u{0}c\r\n\r\n", "A: b\rSet-Cookie: c\r\n\r\n", String(repeating: "a", count: 20_000),
        String(repeating: "A: b\r\n", count: 70),
    ]) func `a broken head is refused`(text: String) {
        #expect(throws: GantryError.self) { try CGIHead.parse(Array(text.utf8)) }
    }
}
