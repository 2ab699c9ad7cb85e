#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Text or bytes in the place where they arrived. Valid only inside the closure that lends the body.
public struct TextView {
    public let bytes: UnsafeRawBufferPointer

    init(_ start: UnsafeRawPointer, _ count: Int) {
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    public init() { bytes = UnsafeRawBufferPointer(start: nil, count: 0) }

    public var isEmpty: Bool { bytes.isEmpty }
    public var count: Int { bytes.count }

    /// The text as a value; what is not UTF-8 becomes U+FFFD.
    public var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Compares bytes: no normalisation, no allocation.
    public static func == (text: TextView, other: StaticString) -> Bool {
        text.bytes.count == other.utf8CodeUnitCount
            && (text.bytes.baseAddress.map { memcmp($0, other.utf8Start, text.bytes.count) == 0 } ?? true)
    }

    public static func == (text: TextView, other: String) -> Bool {
        var other = other
        return other.withUTF8 { other in
            guard text.bytes.count == other.count else { return false }
            guard let a = text.bytes.baseAddress, let b = other.baseAddress else { return true }
            return memcmp(a, b, other.count) == 0
        }
    }

    /// The text, and whether it had to be repaired.
    func repaired() -> (text: String, repaired: Bool) {
        if bytes.isEmpty { return ("", false) }
        let units = bytes.assumingMemoryBound(to: UInt8.self)
        // Most names and values. The initialiser that validates costs several times what this does.
        if isASCII { return (String(decoding: units, as: UTF8.self), false) }
        if let text = String(validating: units, as: UTF8.self) { return (text, false) }
        return (string, true)
    }

    /// Looks at eight bytes a step.
    private var isASCII: Bool {
        var at = 0
        while at + 8 <= bytes.count {
            guard bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 else {
                return false
            }
            at += 8
        }
        while at < bytes.count {
            if bytes[at] >= 0x80 { return false }
            at += 1
        }
        return true
    }
}
