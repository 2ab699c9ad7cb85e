import Expressions
import Testing

@Suite struct ConditionMatchingTests {
    static let response: [String: TestValue] = [
        "[STATUS]": 200, "[RESPONSE_TIME]": .duration(120_000_000), "[CONNECTED]": true, "[IP]": "127.0.0.1",
        "[CERTIFICATE_EXPIRATION]": .duration(72 * 3_600_000_000_000), "[DNS_RCODE]": "NOERROR",
        "[BODY]": .object(3), "[BODY].user.name": "x", "[BODY].items": [1, 2, 3], "[BODY].items[0]": 1,
        "[BODY].total": 3, "[BODY].status": "UP", "[BODY].text": "all is healthy 好", "[BODY].empty": [],
        "[BODY].ok": true, "[BODY].code": "200",
    ]

    static let held: [String] = [
        "[STATUS] == 200", "[STATUS] < 300", "[STATUS] == any(200, 204)", "[STATUS] != any(500, 503)",
        #"[STATUS] == "200""#, "[STATUS] != 404", "[STATUS] != \"ok\"",
        "[RESPONSE_TIME] < 300", "[RESPONSE_TIME] < 300ms", "[RESPONSE_TIME] >= 0.12s",
        "[CERTIFICATE_EXPIRATION] > 48h", "[CONNECTED] == true", "[IP] == 127.0.0.1", "[IP] == pat(127.*)",
        "[DNS_RCODE] == NOERROR", #"[BODY].user.name == "x""#, #"[BODY].user.name != "X""#,
        "[BODY].status == UP",
        "len([BODY].items) > 0", "len([BODY].items) == 3", "len([BODY].items) == [BODY].total",
        "[BODY].total == len([BODY].items)", "len([BODY]) == 3", "len([BODY].user.name) == 1",
        "len([BODY].text) == 16", "len([BODY].empty) == 0", "has([BODY].empty)", "has([BODY].user.name)",
        "has([BODY].errors) == false", "not has([BODY].errors)", "[BODY].text == pat(*healthy*)",
        "[BODY].text == pat(all?is*好)", "[BODY].text != pat(healthy)", #"[BODY].text ~ "health(y|ier)""#,
        "[BODY].items == 2", "[BODY].items[0] == 1", "[BODY].code == 200", "[BODY].ok == true",
        "[BODY].ok != false",
        "[STATUS] == 500 or [STATUS] == 200", "not ([STATUS] == 500) and [CONNECTED] == true",
        "[BODY].errors != 1", "[BODY].status:up", "[STATUS] == 2e2",
    ]

    @Test("A check's condition holds", arguments: held)
    func holding(condition: String) throws {
        #expect(try holds(condition, Self.response))
        #expect(try !holds("not (\(condition))", Self.response))
    }

    static let failed: [String] = [
        "[STATUS] == 404", "[STATUS] > 200", "[RESPONSE_TIME] > 300", "[BODY].errors == 1",
        "len([BODY].errors) == 0",
        "len([STATUS]) > 0", "[BODY].user.name == X", "[BODY].text == pat(*sick*)", "has([BODY].errors)",
        "[CONNECTED] > 0", "[BODY].status > 5", "[BODY] == 3", "[STATUS] == 20%", "[BODY].items > 3",
    ]

    @Test("A check's condition does not hold", arguments: failed)
    func failing(condition: String) throws {
        #expect(try !holds(condition, Self.response))
    }

    @Test("An alert compares shares, durations and counts")
    func alert() throws {
        let schema = FieldSchema(["failure_rate": .ratio, "p99": .duration, "volume": .number])
        let window: [String: TestValue] = [
            "failure_rate": 0.02, "p99": .duration(900_000_000), "volume": 1200,
        ]
        for condition in [
            "failure_rate > 1%", "failure_rate > 0.01 and volume >= 1000", "p99 > 800ms", "p99 > 800",
        ] {
            #expect(try holds(condition, window, schema: schema), "\(condition)")
            #expect(try BooleanExpression.condition(condition).mistakes(with: schema).isEmpty)
        }
        for condition in ["failure_rate > 2%", "p99 > 1s or volume < 100"] {
            #expect(try !holds(condition, window, schema: schema), "\(condition)")
        }
    }
}
