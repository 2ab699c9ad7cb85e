import GantryBase
import Glibc

/// Lets go of the pages of code that only a start or a rare event needed.
///
/// One agent stands beside every instance, mostly idle. The kernel maps a program's code in blocks around what it uses
/// and leaves it mapped, which was more than half of an idle agent's memory. What is needed again is mapped again from
/// the page cache: some dozen faults, well below a millisecond.
enum CodePages {
    /// After the start, when everything that begins has begun.
    static let settling = Period.seconds(15)
    static let interval = Period.minutes(5)
    /// In bytes; an agent has a few dozen mappings of a hundred bytes each.
    private static let longestList = 1 << 20

    static func letGo() {
        for line in (readWhole("/proc/self/maps", limit: longestList) ?? []).split(separator: 10) {
            // Code is never written, so its pages are those of the file; data that looks alike may have been.
            let fields = line.split(separator: 0x20)
            guard fields.count > 5, fields[1].elementsEqual("r-xp".utf8), fields[5].first == UInt8(ascii: "/")
            else { continue }
            let bounds = fields[0].split(separator: UInt8(ascii: "-")).compactMap {
                UInt(String(decoding: $0, as: UTF8.self), radix: 16)
            }
            guard bounds.count == 2, bounds[0] < bounds[1] else { continue }
            madvise(UnsafeMutableRawPointer(bitPattern: bounds[0]), Int(bounds[1] - bounds[0]), MADV_DONTNEED)
        }
    }
}
