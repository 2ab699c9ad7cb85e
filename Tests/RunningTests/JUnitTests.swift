import GantryBase
import Glibc
import Model
import Testing

@testable import Running

/// Reports as the tools of several languages write them, and as nobody should.
@Suite struct JUnitTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var document: String
        var counts: [Int]
        var failures: [String] = []
        var testDescription: String { name }
    }

    static let samples: [Sample] = [
        Sample(
            name: "pytest",
            document: """
                <?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" \
                failures="1" skipped="1" tests="4" time="0.03"><testcase classname="tests.test_a" name="test_ok[a&gt;b]" \
                time="0.001" /><testcase classname="tests.test_a" name="test_no[&quot;x&quot; &amp; &#20013;]">\
                <failure message="assert 1 == 2">def test(): &lt;testcase name="x"&gt;</failure></testcase>\
                <testcase classname="tests.test_a" name="test_skip"><skipped type="pytest.skip" message="later">a.py:3\
                </skipped></testcase><testcase classname="tests.test_b" name="test_setup"><error message="failed on \
                setup"><![CDATA[</testcase><testcase name="fake">]]></error></testcase></testsuite></testsuites>
                """,
            counts: [1, 2, 1], failures: ["tests.test_a.test_no[\"x\" & 中]", "tests.test_b.test_setup"]),
        Sample(
            name: "surefire",
            document: """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0" name="a.b.CTest"
                  tests="4" errors="0" skipped="1" failures="1">
                  <properties><property name="line.separator" value="&#10;"/><property name="gt" value="a > b"/></properties>
                  <testcase name="works" classname="a.b.CTest" time="0.01"/>
                  <testcase name="flaky" classname="a.b.CTest"><flakyFailure message="once" type="E"><stackTrace>x</stackTrace>
                  </flakyFailure></testcase>
                  <testcase
                    name="breaks"
                    classname='a.b.CTest' time="0.02">
                    <failure message="expected: &lt;1&gt;" type="AssertionError"><![CDATA[at <init> ]] > ]]></failure>
                    <rerunFailure message="again"/><system-out><![CDATA[<testsuite>]]></system-out>
                  </testcase>
                  <testcase name="ignored" classname="a.b.CTest"><skipped/></testcase>
                </testsuite>
                """,
            counts: [2, 1, 1], failures: ["a.b.CTest.breaks"]),
        Sample(
            name: "swift test",
            document: """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites>
                  <testsuite name="TestResults" errors="0" tests="2" failures="1" skipped="0" time="0.2">
                    <testcase classname="AppTests.Greeting" name="says hello()" time="0.1" />
                    <testcase classname="AppTests.Greeting" name="says goodbye()" time="0.1">
                      <failure message="Expectation failed: (a → 1) == 2 /* &#38; more */" />
                    </testcase>
                  </testsuite>
                </testsuites>
                """,
            counts: [1, 1, 0], failures: ["AppTests.Greeting.says goodbye()"]),
        Sample(
            name: "nested suites, a failure beside a skip, no class",
            document: """
                <testsuites><testsuite name="a"><testsuite name="b"><testcase name="one"><skipped/><error/></testcase>
                </testsuite><error message="of the suite"/><testcase name="two"/><testcase classname="" name="three"/>
                </testsuite><testsuite name="c"/></testsuites>
                """,
            counts: [2, 1, 0], failures: ["one"]),
        Sample(
            name: "control characters and entities of its own",
            document: """
                <!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "&x;&x;">]><testsuite>
                <testcase name="a&#27;[31m&#10;b &y; &#xD800; &"><failure/></testcase></testsuite>
                """,
            counts: [0, 1, 0], failures: ["a [31m b &y; &#xD800; &"]),
        Sample(
            name: "cut off",
            document: "<testsuite><testcase name='a'/><testcase name='b'><failure message=\"never",
            counts: [2, 0, 0]),
        Sample(
            name: "comment without an end", document: "<testsuite><testcase name='a'/><!-- <testcase>",
            counts: [1, 0, 0]),
    ]

    @Test(arguments: samples) func `a report is counted`(sample: Sample) {
        var reader = JUnitReader(Array(sample.document.utf8))
        let isReport = reader.read()
        #expect(isReport)
        #expect([reader.passed, reader.failed, reader.skipped] == sample.counts)
        #expect(reader.failures == sample.failures)
    }

    @Test(arguments: [
        "", "<", "<>", "</", "<!", "<!-", "<?", "</>", "plain", "<html><testcase name='a'/></html>",
        "\u{0}\u{ff}<<<>>>",
    ])
    func `what is no report is none`(document: String) {
        var reader = JUnitReader(Array(document.utf8))
        let isReport = reader.read()
        #expect(!isReport)
    }

    @Test func `hostile sizes take no more than their time`() {
        let many = String(repeating: "<testcase name=\"x\"><failure/></testcase>", count: 50_000)
        let long =
            "<testcase name=\"" + String(repeating: "&lt;n", count: 500_000) + "\"><failure/></testcase>"
        var reader = JUnitReader(
            Array(("<testsuite>" + long + many + String(repeating: "<", count: 500_000)).utf8))
        let isReport = reader.read()
        #expect(isReport)
        #expect(reader.failed == 50_001 && reader.failures.count == TestSummary.failureLimit)
        #expect(reader.failures.allSatisfy { $0.count <= JUnitReader.nameLimit })
        for filler in ["<!--", "<![CDATA[", "<a '", "&", "<a b=c "] {
            var reader = JUnitReader(Array(String(repeating: filler, count: 300_000).utf8))
            let isReport = reader.read()
            #expect(!isReport)
        }
    }

    @Test func `reports of a step are summed, and what lay there before or leads away is not read`()
        async throws
    {
        try await Bench.with { bench in
            func report(_ name: String) -> String {
                "<testsuite><testcase name=\"\(name)\"><failure/></testcase></testsuite>"
            }
            let secret = bench.scratch.file("secret")
            mkdir(secret, 0o755)
            try bench.scratch.write("secret/junit.xml", report("secret"))
            let commit = try await bench.commit("echo '\(report("committed"))' > junit-old.xml")
            try await bench.finish(.checkout, bench.id(), commit: commit)
            let script = """
                mkdir -p target/surefire-reports reports build
                echo '\(report("one"))' > junit.xml
                echo '\(report("two"))' > target/surefire-reports/TEST-a.xml
                echo '\(report("three"))' > reports/x-junit.xml
                echo '\(report("other"))' > reports/other.xml
                ln -s \(secret) test-results; ln -s \(secret) build/test-results
                ln -s \(secret)/junit.xml junit-link.xml; mkfifo junit-pipe.xml; mkdir junit-folder.xml
                truncate -s 100M junit-large.xml
                touch -d 2001-01-01 junit-old.xml; exit 1
                """
            let id = bench.id(1)
            #expect(try await bench.test(script, id).exitCode == 1)
            let tests = try await bench.tests(id)
            #expect(
                tests == TestSummary(passed: 0, failed: 3, skipped: 0, failures: ["one", "three", "two"]))
            // Known also when the workspace is gone, and not mixed up with the next attempt.
            try await bench.executor.removeWorkspace(of: bench.run)
            #expect(
                try await bench.anotherExecutor().observe(id)
                    == .finished(try await bench.result(id), tests: tests))
            #expect(try await bench.test("true", bench.id(1, attempt: 2)).succeeded)
            #expect(try await bench.tests(bench.id(1, attempt: 2)) == nil)
        }
    }
}
