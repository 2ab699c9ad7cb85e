/// Places values on a drawing: a round top, and even steps down to the bottom.
package struct ChartScale: Sendable {
    package var low: Double
    package var high: Double

    /// - Parameter fromZero: bars and areas must start at zero; a line without an axis may show its own range.
    package init(values: [Double], fromZero: Bool = true) {
        let finite = values.filter(\.isFinite)
        let top = finite.max() ?? 0
        let bottom = finite.min() ?? 0
        if fromZero {
            low = 0
            high = Self.roundAbove(top)
        } else {
            let margin = top == bottom ? 1 : (top - bottom) * 0.1
            (low, high) = (bottom - margin, top + margin)
        }
    }

    /// The next of 1, 1.2, 1.6, 2, 3, 4, 5, 6, 8 times a power of ten: all have a round half and quarter.
    static func roundAbove(_ value: Double) -> Double {
        guard value.isFinite, value > 0 else { return 1 }
        var power = 1.0
        while power * 10 <= value { power *= 10 }
        while power > value { power /= 10 }
        for step in [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10] where step * power >= value { return step * power }
        return power * 10
    }

    /// From the bottom (0) to the top (1).
    package func share(_ value: Double) -> Double {
        guard high > low, value.isFinite else { return 0 }
        return min(max((value - low) / (high - low), 0), 1)
    }

    /// The line through the values; a gap where one is not a number.
    package func path(_ values: [Double], width: Double, height: Double, top: Double = 0) -> String {
        var text = ""
        var isDrawing = false
        for (index, value) in values.enumerated() {
            guard value.isFinite else {
                isDrawing = false
                continue
            }
            let x = values.count > 1 ? width * Double(index) / Double(values.count - 1) : 0
            let y = top + height * (1 - share(value))
            text += "\(isDrawing ? "L" : "M")\(Decimal.text(x, places: 1)) \(Decimal.text(y, places: 1))"
            isDrawing = true
        }
        return text
    }
}
