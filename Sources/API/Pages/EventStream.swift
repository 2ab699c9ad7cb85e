import Access
import Console
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import NIOCore

/// Turns lines into server-sent events for a part of a page that follows them.
///
/// An event holds the markup of one or several lines. No line has a line end in it and the builder writes none between
/// them, so that the markup is one field of the event.
struct EventStream: Sendable {
    let context: PageContext

    static let heartbeat = ByteBuffer(string: ": still here\n\n")
    /// Says that there is no more, else the browser would ask again and get everything twice.
    static let end = ByteBuffer(string: ServerEvent(name: "end").text)

    /// - Parameter place: how many lines there are with these; a browser that was cut off says it when it comes back.
    func append(_ lines: [String], place: Int? = nil) -> ByteBuffer {
        var html = HTML(context)
        for line in lines { html.add(LogViewer.Line(LogText.plain(line))) }
        let event = ServerEvent(name: "append", data: html.string, id: place.map(String.init))
        return ByteBuffer(string: event.text)
    }

    /// The place that the browser of a request had come to before it was cut off; nil at its first request.
    static func place(of request: APIRequest) -> Int? {
        HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }.flatMap { Int($0) }
    }
}

extension Routes {
    /// Answers with events for as long as the producer sends some and the asker may see them.
    func eventStream(
        _ call: PageCall, of business: BusinessName, _ action: String, _ object: String,
        _ producer: @escaping Answer.Producer
    ) throws(GantryError) -> Answer {
        guard let seat = logs.take() else {
            throw GantryError(
                .unavailable, "\(logs.limit) logs are being read, which is the limit",
                hint: "close some of them")
        }
        let body = LiveBody(
            seat: seat,
            producer: { send in
                // Opens the stream at once, whenever the first line comes.
                try await send(EventStream.heartbeat)
                try await producer(send)
                try await send(EventStream.end)
            },
            recheck: {
                try await operations.require(
                    .view, on: business, by: try await call.call.identityNow(), for: action, object)
            }, heartbeat: EventStream.heartbeat)
        return Answer(.ok, type: Answer.eventsType, .live(body))
    }
}

/// Lines of output as a page shows them.
enum LogText {
    /// Without colours and other orders to a terminal, and of a line that was written over only what stood there last.
    static func plain(_ line: String) -> String {
        guard line.utf8.contains(where: { $0 == 0x1B || $0 == 0x0D }) else { return line }
        var kept: [UInt8] = []
        var rest = Array(line.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case 0x0D: if rest.contains(where: { $0 != 0x0D }) { kept = [] }
            case 0x1B where rest.first == UInt8(ascii: "["):
                rest = rest.dropFirst().drop { (0x20...0x3F).contains($0) }.dropFirst()
            default: kept.append(byte)
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// Cuts bytes that come in pieces into lines; what has no end yet waits for the next piece.
    struct Splitter {
        private var rest: [UInt8] = []
        /// In bytes: what is longer is shown in parts, so that nothing without an end fills memory.
        static let longestLine = 16 << 10

        mutating func lines(of piece: some Sequence<UInt8>) -> [String] {
            rest += piece
            var lines: [String] = []
            var start = rest.startIndex
            while start < rest.endIndex {
                let end = rest[start...].firstIndex(of: 0x0A)
                guard
                    let end = end ?? (rest.count - start >= Self.longestLine ? start + Self.longestLine : nil)
                else { break }
                let cut = min(end, start + Self.longestLine)
                lines.append(String(decoding: rest[start..<cut], as: UTF8.self))
                start = cut == end && rest.indices.contains(end) && rest[end] == 0x0A ? end + 1 : cut
            }
            rest.removeFirst(start)
            return lines
        }

        /// What came behind the last line end.
        mutating func last() -> [String] {
            defer { rest = [] }
            return rest.isEmpty ? [] : [String(decoding: rest, as: UTF8.self)]
        }
    }
}
