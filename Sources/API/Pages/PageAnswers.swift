import Console
import GantryBase
import HTTPTypes
import NIOCore
import Wire

extension Answer {
    static let htmlType = "text/html; charset=utf-8"
    static let eventsType = "text/event-stream"

    static func page(_ html: HTML, _ status: HTTPResponse.Status = .ok) -> Answer {
        var answer = bytes(html.bytes, type: htmlType, status)
        for field in ContentPolicy.fields {
            if let name = HTTPField.Name(field.name) { answer.headers[name] = field.value }
        }
        return answer
    }

    static func seeOther(_ address: String) -> Answer { Answer(.seeOther).with(.location, address) }

    /// Leads to a page that says what was done.
    static func seeOther(_ address: String, notice: Phrase, for context: PageContext, _ cookies: PageCookies)
        -> Answer
    {
        seeOther(address).adding(
            cookie: cookies.field(
                PageCookies.notice, PageCookies.packed(notice[context.language]),
                seconds: PageCookies.noticeSeconds))
    }

    /// In bytes: below this packing saves no packet.
    private static let worthPacking = 1400

    /// Packed for whoever takes gzip. Live answers are left as they are.
    func packed(for request: APIRequest) -> Answer {
        guard case .bytes(let buffer) = body, buffer.readableBytes > Self.worthPacking,
            headers[.contentEncoding] == nil,
            (request.headers[.acceptEncoding] ?? "").split(separator: ",").contains(where: {
                $0.drop(while: { $0 == " " }).prefix { $0 != ";" && $0 != " " } == "gzip"
                    && !$0.contains("q=0")
            })
        else { return self }
        var answer = self
        answer.body = .bytes(ByteBuffer(bytes: Gzip.pack(Array(buffer.readableBytesView))))
        answer.headers[.contentEncoding] = "gzip"
        answer.headers[.vary] = "Accept-Encoding"
        return answer
    }
}
