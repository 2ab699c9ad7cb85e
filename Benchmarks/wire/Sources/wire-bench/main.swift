import GantryBase
import Wire

let samples = Samples()
if CommandLine.arguments.dropFirst().first == "walk" {
    let rounds = CommandLine.arguments.last.flatMap { Int($0) } ?? 1
    var sum = 0
    for _ in 0..<rounds { sum &+= try samples.protobuf.withUnsafeBytes { try walk($0) } }
    print("\(rounds) walks of \(samples.protobuf.count) bytes (\(sum & 1))")
} else {
    try measureRequests()
    measureLines()
    measureHistograms()
}

/// Visits every field of every span and attribute, as counting calls does.
@inline(never) func walk(_ bytes: UnsafeRawBufferPointer) throws -> Int {
    var sum = 0
    try OTLP.forEachSpan(in: bytes) { (_, _, span) throws(ProtobufFault) in
        sum &+= Int(truncatingIfNeeded: span.traceID.low) &+ Int(span.end.nanoseconds) &+ span.name.count
        var attributes = span.attributes
        while let attribute = try attributes.next() {
            sum &+= attribute.name.count
            switch attribute.value {
            case .string(let text): sum &+= text.count
            case .int(let value): sum &+= Int(value)
            default: sum &+= 1
            }
        }
    }
    return sum
}

/// Repeats `body` for a second and prints the speed of the best round.
func measure(_ name: String, bytes: Int, records: Int, _ body: () throws -> Int) rethrows {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(1)
    var (best, sum) = (Duration.seconds(1000), 0)
    repeat { best = min(best, try clock.measure { sum &+= try body() }) } while clock.now < end
    let seconds = best / .seconds(1)
    let padded = name + String(repeating: " ", count: max(0, 26 - name.count))
    print("\(padded) \(Int(Double(bytes) / seconds / 1e6)) MB/s  \(Int(Double(records) / seconds / 1e3)) k/s")
    if sum == 1 { print("") }
}

func measureRequests() throws {
    let (protobuf, json) = (samples.protobuf, samples.json)
    try protobuf.withUnsafeBytes { bytes in
        try measure("OTLP walk", bytes: bytes.count, records: 512) { try walk(bytes) }
    }
    try measure("OTLP decode", bytes: protobuf.count, records: 512) {
        try OTLP.decodeTraces(protobuf).batch.recordCount
    }
    measure("OTLP encode", bytes: protobuf.count, records: 512) { OTLP.encode(samples.traces).count }
    try measure("OTLP/JSON decode", bytes: json.count, records: 512) {
        try OTLP.decodeTraces(json, as: .json).batch.recordCount
    }
    measure("OTLP/JSON encode", bytes: json.count, records: 512) {
        OTLP.encode(samples.traces, as: .json).count
    }
}

func measureLines() {
    for (name, text) in [
        ("JSON", samples.jsonLines), ("logfmt", samples.logfmtLines), ("plain", samples.plainLines),
    ] {
        measure("\(name) lines to records", bytes: text.count, records: Samples.lines) {
            var splitter = LineSplitter()
            var attributes = 0
            text.withUnsafeBytes { bytes in
                splitter.push(bytes) { line in
                    attributes += LogFormat().record(line.bytes, observed: .epoch).attributes.count
                }
            }
            return attributes
        }
    }
    for (name, literals) in [("mask", []), ("mask with literals", ["password=", "secret-key"])] {
        let scanner = MaskingScanner(literals: literals)
        var text = samples.jsonLines
        var counts = MaskingScanner.Counts()
        measure(name, bytes: text.count, records: Samples.lines) {
            text.withUnsafeMutableBufferPointer { scanner.mask($0, &counts) }
        }
    }
}

func measureHistograms() {
    var random = SeededGenerator(seed: 1)
    let values = (0..<10_000).map { _ in Double.random(in: 0.001...1, using: &random) }
    var histogram = ExponentialHistogram()
    measure("histogram record", bytes: 80_000, records: values.count) {
        for value in values { histogram.record(value) }
        return Int(histogram.scale)
    }
    let other = histogram
    measure("histogram merge", bytes: 1280, records: 1) {
        histogram.merge(other)
        return Int(histogram.scale)
    }
}
