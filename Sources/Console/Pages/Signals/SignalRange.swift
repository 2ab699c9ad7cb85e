package import GantryBase
package import Telemetry

/// The span of time that a page of signals is about: the last so long, or from one moment to another.
package enum SignalRange: Sendable, Hashable {
    case last(Period)
    case fixed(TimeRange)

    package static let usual = SignalRange.last(.minutes(15))
    /// What the chips offer, from a look at now to a week.
    static let choices: [Period] = [
        .minutes(15), .minutes(60), .minutes(6 * 60), .minutes(24 * 60), .minutes(7 * 24 * 60),
    ]
    /// Nothing is kept longer; a longer range would only make charts empty.
    private static let longest = Period.minutes(90 * 24 * 60)
    /// A press on a bar of a chart that is already this fine shows no more.
    private static let shortestNanoseconds: Int64 = 1_000_000

    /// Reads `last`, or `from` and `to`; what cannot be read counts as not said.
    package init(_ fields: [String: String], usual: SignalRange = .usual) {
        if let from = fields["from"].flatMap(Timestamp.init), let to = fields["to"].flatMap(Timestamp.init),
            to.nanoseconds - from.nanoseconds >= Self.shortestNanoseconds
        {
            self = .fixed(TimeRange(from: from, to: to))
        } else if let period = fields["last"].flatMap(Period.init), period > .zero {
            self = .last(min(period, Self.longest))
        } else {
            self = usual
        }
    }

    package func range(_ now: Timestamp) -> TimeRange {
        switch self {
        case .last(let period): TimeRange(from: now - period, to: now)
        case .fixed(let range): range
        }
    }

    package var fields: [(String, String?)] {
        switch self {
        case .last(let period): self == .usual ? [] : [("last", period.description)]
        case .fixed(let range): [("from", range.from.description), ("to", range.to.description)]
        }
    }

    /// Twice as long around the same middle, but never into the future; of a last time, the next longer choice.
    package func wider(_ now: Timestamp) -> SignalRange {
        switch self {
        case .last(let period): return .last(Self.choices.first { $0 > period } ?? Self.longest)
        case .fixed(let range):
            let half = Int64(range.nanoseconds / 2)
            return .fixed(
                TimeRange(
                    from: Timestamp(nanoseconds: range.from.nanoseconds - half),
                    to: min(Timestamp(nanoseconds: range.to.nanoseconds + half), max(now, range.to))))
        }
    }

    package var phrase: Phrase {
        switch self {
        case .last(let period):
            return Phrase(
                "the last \(Self.text(period, .english))", "最近 \(Self.text(period, .chinese))")
        case .fixed: return Phrase("the chosen time", "所选时间段")
        }
    }

    /// `15 min`, `24 h`, `7 d`, short enough for a chip.
    static func text(_ period: Period, _ language: ReaderLanguage) -> String {
        let minutes = period.milliseconds / 60_000
        let isChinese = language == .chinese
        if minutes == 0 { return Formats(language).duration(period) }
        if minutes >= 2 * 1440, minutes % 1440 == 0 { return "\(minutes / 1440) \(isChinese ? "天" : "d")" }
        if minutes >= 60, minutes % 60 == 0 { return "\(minutes / 60) \(isChinese ? "小时" : "h")" }
        return "\(minutes) \(isChinese ? "分钟" : "min")"
    }

    /// The choices as chips; a range that is none of them stands among the filters.
    func chips(_ address: (SignalRange) -> String) -> ChoiceChips {
        ChoiceChips(
            Phrase("Time range", "时间范围"),
            Self.choices.map { period in
                .init(
                    Phrase(Self.text(period, .english), Self.text(period, .chinese)),
                    to: address(.last(period)), isChosen: self == .last(period))
            })
    }

    /// From and to, in the shortest form that is true: the day once where both lie on it.
    func text(_ formats: Formats) -> String? {
        switch self {
        case .last(let period):
            return Self.choices.contains(period) ? nil : Self.text(period, formats.language)
        case .fixed(let range):
            let from = formats.dateTime(range.from)
            let to = formats.dateTime(range.to)
            return from.prefix(10) == to.prefix(10) ? "\(from) – \(to.dropFirst(11))" : "\(from) – \(to)"
        }
    }
}
