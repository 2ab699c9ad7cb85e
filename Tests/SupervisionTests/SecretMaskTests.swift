import GantryBase
import Glibc
import Model
import Testing

@testable import Supervision

@Suite("The values of secrets are masked in output") struct SecretMaskTests {
    private func masked(_ text: String, _ secrets: [String], piece: Int = .max) -> String {
        var mask = SecretMask(Dictionary(uniqueKeysWithValues: secrets.enumerated().map { ("\($0)", $1) }))
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var at = 0
        while at < bytes.count {
            let end = bytes.count - at > piece ? at + piece : bytes.count
            result += mask.apply(Array(bytes[at..<end]))
            at = end
        }
        return String(decoding: result + mask.end(), as: UTF8.self)
    }

    @Test(
        "one value, several, within each other, overlapping, side by side, in any cut of the reads",
        arguments: [
            ("a geheim b", ["geheim"], "a *** b"), ("geheim", ["geheim"], "***"),
            ("gegeheimgeh", ["geheim"], "ge***geh"), ("geheimgeheim", ["geheim"], "******"),
            ("inner-outer", ["inner-outer", "er-o", "inner"], "***"), ("abcdefg", ["abcd", "cdef"], "***g"),
            ("xabcabcabx", ["abcab"], "x***x"), ("aaaaaaa", ["aaaaa"], "***"),
            ("the abc of it", ["abc"], "the abc of it"), ("begun: gehei", ["geheim"], "begun: ***"),
            ("begun: geh", ["geheim"], "begun: geh"), ("nothing", [], "nothing"),
            ("-\n1234\nab\n56789\n", ["1234\nab\n56789\n"], "-\n***\nab\n***\n"),
            ("密码是密密码密码\n", ["密码密"], "密码是密***码\n"),
        ], [1, 2, 3, 5, .max])
    func table(row: (text: String, secrets: [String], expected: String), piece: Int) {
        #expect(masked(row.text, row.secrets, piece: piece) == row.expected)
    }

    @Test("random texts of few letters, against a search at every place", arguments: 0..<200)
    func random(seed: UInt64) {
        var state = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        func word(_ length: Int) -> [UInt8] { (0..<length).map { _ in UInt8(97 + next(2)) } }
        let values = (0..<1 + next(4)).map { _ in word(4 + next(5)) }
        // The last byte begins no value, so nothing is left half.
        let text = word(60) + [10]
        var mask = SecretMask(
            Dictionary(
                uniqueKeysWithValues: values.enumerated().map {
                    ("\($0)", String(decoding: $1, as: UTF8.self))
                }))
        var result: [UInt8] = []
        var at = 0
        while at < text.count {
            let end = min(text.count, at + 1 + next(9))
            result += mask.apply(Array(text[at..<end]))
            at = end
        }
        #expect(result == naive(text, values), "\(String(decoding: text, as: UTF8.self)) \(values)")
    }

    /// Marks each place of each value, then writes one mask for each run of values that overlap.
    private func naive(_ text: [UInt8], _ values: [[UInt8]]) -> [UInt8] {
        var ranges: [Range<Int>] = []
        for start in text.indices {
            for value in values where text[start...].starts(with: value) {
                ranges.append(start..<start + value.count)
            }
        }
        var merged: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound < last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        var result: [UInt8] = []
        var at = 0
        for range in merged {
            result += text[at..<range.lowerBound] + SecretMask.replacement
            at = range.upperBound
        }
        return result + text[at...]
    }

    @Test("in an instance's log and its rotated files, also where a write ends in the middle of a value")
    func instance() async throws {
        try await Scratch.with { scratch in
            let script = """
                for line in $(seq 1 3000); do echo "$line $DB_PASSWORD and $TOKEN"; done
                printf 'split %s' "${DB_PASSWORD%4711}"; sleep 0.3; printf '4711 joined\\nend\\n'
                exec sleep 600
                """
            var fixture = try InstanceFixture(scratch, command: ["/bin/sh", "-c", script])
            fixture.agentEnvironment = [
                "GANTRY_SECRET_DB_PASSWORD": "geheim-4711", "GANTRY_SECRET_TOKEN": "tok-geheim-4711-en",
            ]
            fixture.plan.health.readiness = nil
            fixture.plan.files.logBytes = ByteCount(bytes: 16 << 10)
            try await fixture.run { agent in
                #expect(await becomesTrue { scratch.text("log").hasSuffix("split *** joined\nend\n") })
                for file in ["log", "log.1", "log.2"] {
                    let text = scratch.text(file)
                    #expect(text.contains(" *** and ***\n"), "\(file)")
                    for part in ["geheim", "4711", "tok-"] { #expect(!text.contains(part), "\(file)") }
                }
            }
        }
    }

    @Test("in a step's log, also at the limit of its output")
    func step() async throws {
        try await Scratch.with { scratch in
            var step = try StepFixture(
                scratch, "while :; do printf '%s\\n' \"$TOKEN\"; done | head -c 100000")
            step.agentEnvironment = ["GANTRY_SECRET_TOKEN": "s3cret-of-a-step"]
            step.plan.outputLimit = ByteCount(bytes: 4001)
            let result = try await step.run()
            #expect(result.droppedOutputBytes > 0)
            #expect(step.log.hasPrefix("***\n***\n"))
            #expect(step.log.contains("***\n*\n[gantry] the output limit"))
            #expect(!step.log.contains("s3c"))
        }
    }
}
