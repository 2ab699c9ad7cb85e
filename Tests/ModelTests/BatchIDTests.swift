import Model
import Testing

@Suite struct BatchIDTests {
    @Test func `an id is read back from its header`() {
        for id in [
            BatchID(stream: "spans", epoch: 1_767_225_600_000_000_000, sequence: 7),
            BatchID(stream: "logs-2.a", epoch: .min, sequence: .max),
            BatchID(stream: String(repeating: "a", count: 64), epoch: .max, sequence: 0),
        ] {
            #expect(BatchID(header: id.header) == id)
        }
    }

    @Test(arguments: [
        "", "spans", "spans/1", "spans/1/", "/1/2", "spans/1/2/3", "spans/x/2", "spans/1/-2", "SPANS/1/2",
        "a b/1/2", "spans/1/18446744073709551616", "spans/9223372036854775808/1",
        String(repeating: "a", count: 65) + "/1/2",
    ])
    func `what is no id is none`(header: String) {
        #expect(BatchID(header: header) == nil)
    }
}
