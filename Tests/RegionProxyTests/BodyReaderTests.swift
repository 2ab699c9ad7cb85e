import Testing

@testable import RegionProxy

/// Reads a body given in pieces of a size; gives its content and what is left, or the status of its refusal.
private func read(
    _ reader: BodyReader, _ text: String, by size: Int
) -> Result<(content: String, rest: String, isWhole: Bool), HTTPRefusal> {
    var reader = reader
    var held: [UInt8] = []
    var content: [UInt8] = []
    var coming = Array(text.utf8)[...]
    do throws(HTTPRefusal) {
        while true {
            let step: Result<BodyReader.Step, HTTPRefusal> = held.withUnsafeBytes { bytes in
                do throws(HTTPRefusal) { return .success(try reader.step(bytes)) } catch {
                    return .failure(error)
                }
            }
            switch try step.get() {
            case .data(let count):
                content += held[0..<count]
                held.removeFirst(count)
            case .skip(let count): held.removeFirst(count)
            case .end:
                let rest = String(decoding: held + coming, as: UTF8.self)
                return .success((String(decoding: content, as: UTF8.self), rest, true))
            case .more:
                guard !coming.isEmpty else {
                    return .success((String(decoding: content, as: UTF8.self), "", false))
                }
                held += coming.prefix(size)
                coming = coming.dropFirst(size)
            }
        }
    } catch {
        return .failure(error)
    }
}

@Suite struct BodyReaderTests {
    @Test(arguments: [1, 2, 3, 1000])
    func readsChunksInPiecesOfAnySize(_ size: Int) throws {
        let text = "5\r\nhello\r\n00A;x=y\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nnext"
        let body = try read(.chunked, text, by: size).get()
        #expect(body == ("hello0123456789", "next", true))
        #expect(try read(.length(4), "four!", by: size).get() == ("four", "!", true))
        #expect(try read(.none, "x", by: size).get() == ("", "x", true))
        #expect(try read(.untilClose, "all", by: size).get() == ("all", "", false))
    }

    @Test(
        "Refuses bad chunks",
        arguments: [
            "x\r\n", "\r\n", " 5\r\nhello\r\n", "5 \r\nhello\r\n", "-5\r\n", "0x5\r\nhello\r\n", "5\nhello\n",
            "5\rhello", "5\r\nhelloo\r\n", "5\r\nhello\n", "5\r\nhello0\r\n", "5;\n\r\nhello\r\n",
            "ffffffffffffffff\r\n", "0\r\nx: y\n\r\n", "5;" + String(repeating: "x", count: 400) + "\r\n",
        ], [1, 1000])
    func refuses(_ text: String, by size: Int) {
        guard case .failure = read(.chunked, text + String(repeating: " ", count: 20), by: size) else {
            Issue.record("taken: \(text)")
            return
        }
    }
}
