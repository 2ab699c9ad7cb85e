import Model
import Wire

/// Tells spans that come again: SDKs repeat a body whose answer was lost, and give it no id. Made of the ids of its spans, which
/// are random and unique, the same in every process.
///
/// 128 bits of a mix that is no proof against forgery: it is only compared within one sender's own.
struct SpansMark: Hashable, Sendable {
    private var high: UInt64
    private var low: UInt64

    init(_ spans: [SpanRecord]) {
        (high, low) = (UInt64(spans.count), 0x9E37_79B9_7F4A_7C15)
        for span in spans {
            for word in [span.traceID.high, span.traceID.low, span.spanID.value] {
                high = Self.mix(high ^ word)
                low = Self.mix(low &+ word)
            }
        }
    }

    var batch: BatchID { BatchID(stream: "direct", epoch: Int64(bitPattern: high), sequence: low) }

    /// Numbers windows that were counted from these spans, in their order.
    func number(_ windows: [CallWindow]) -> [CallWindow] {
        windows.enumerated().map { index, window in
            var window = window
            (window.epoch, window.sequence) = (Int64(bitPattern: high), low &+ UInt64(index))
            return window
        }
    }

    /// The last step of SplitMix64: each bit of the input reaches each of the output.
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
