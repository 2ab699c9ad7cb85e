/// A message that can be read in place.
public protocol ProtobufView {
    init(_ reader: ProtobufReader) throws(ProtobufFault)
}

/// The elements of a repeated message field in the place where they arrived: the stretch from the first to the last,
/// walked again for each reading. Reading is by `next` on a copy:
///
///     var attributes = span.attributes
///     while let attribute = try attributes.next() { … }
///
/// Valid only inside the closure that lends the body.
public struct RepeatedView<Element: ProtobufView> {
    /// Elements that are still to come.
    public private(set) var count = 0
    /// At the length of the next element.
    private var cursor: UnsafeRawPointer?
    private var end: UnsafeRawPointer?
    private let number: UInt32

    init(number: UInt32) { self.number = number }

    /// Takes all fields of that number in a message.
    init(number: UInt32, in reader: ProtobufReader) throws(ProtobufFault) {
        self.number = number
        var reader = reader
        while try reader.next() {
            if reader.number == number { try add(&reader) } else { try reader.skip() }
        }
    }

    /// Where the next element is, for faults.
    var place: UnsafeRawPointer? { cursor }

    /// Notes the current field of `reader` as the next element.
    @inline(__always)
    mutating func add(_ reader: inout ProtobufReader) throws(ProtobufFault) {
        if cursor == nil { cursor = reader.at }
        _ = try reader.message()
        end = reader.at
        count += 1
    }

    @inline(__always)
    mutating func nextReader() throws(ProtobufFault) -> ProtobufReader? {
        guard count > 0, let cursor, let end else { return nil }
        var reader = ProtobufReader(cursor, end)
        let element = try reader.messageAtLength()
        count -= 1
        while try reader.next(), reader.number != number { try reader.skip() }
        self.cursor = reader.at
        return element
    }

    @inline(__always)
    public mutating func next() throws(ProtobufFault) -> Element? {
        guard let reader = try nextReader() else { return nil }
        return try Element(reader)
    }
}
