import Model
import Planning
import Testing

@Suite struct SecretUseTests {
    private typealias Value = SecretUse.Value
    private let declared: [EnvironmentName: Set<String>] = [
        "development": ["KEY"], "staging": ["KEY", "OTHER"], "production": ["KEY"],
    ]

    @Test func aValueForAllEnvironmentsLeavesNoGap() {
        let values: Set = [Value("KEY", in: nil), Value("OTHER", in: "staging")]
        #expect(SecretUse.gaps(declared: declared, values: values) == [])
    }

    @Test func gapsNameTheEnvironmentsThatLackTheValue() {
        let gaps = SecretUse.gaps(declared: declared, values: [Value("KEY", in: "staging")])
        #expect(
            gaps == [
                .init(variable: "KEY", environments: ["development", "production"], isEverywhere: false),
                .init(variable: "OTHER", environments: ["staging"], isEverywhere: true),
            ])
    }

    @Test func aValueOfAnotherNameOrEnvironmentFillsNoGap() {
        let values: Set = [Value("key", in: nil), Value("KEY", in: "testing")]
        let gaps = SecretUse.gaps(declared: ["production": ["KEY"]], values: values)
        #expect(gaps == [.init(variable: "KEY", environments: ["production"], isEverywhere: true)])
    }

    @Test func theValueForAllIsLostWhereThereIsNoOther() {
        let all = Value("KEY", in: nil)
        let values: Set = [all, Value("KEY", in: "staging")]
        #expect(
            SecretUse.losing(all, declared: declared, values: values) == ["development", "production"])
    }

    @Test func aValueOfOneEnvironmentIsNotLostWhileThereIsOneForAll() {
        let own = Value("KEY", in: "production")
        #expect(SecretUse.losing(own, declared: declared, values: [own, Value("KEY", in: nil)]) == [])
        #expect(SecretUse.losing(own, declared: declared, values: [own]) == ["production"])
    }

    @Test func whatNobodyDeclaresOrNobodyHasSetIsNotLost() {
        let unused = Value("UNUSED", in: nil)
        #expect(SecretUse.losing(unused, declared: declared, values: [unused]) == [])
        #expect(SecretUse.losing(Value("KEY", in: nil), declared: declared, values: []) == [])
    }
}
