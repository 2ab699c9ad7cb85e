import Expressions
import GantryBase
import Model
import Wire

extension TelemetryConformance {
    static let searchCases: [Case] = [
        Case(promise: "a search finds words, fields, levels, and words of the sender") { subject in
            let store = try await subject.fresh()
            try await append(
                [
                    log("connection reset by peer", 0, .error, attributes: ["code": 504, "db": "mysql"]),
                    log("all well", 1, attributes: ["code": 200]),
                ], to: store)
            try await append(
                [log("connection made", 2, .debug)], source("yisheng/doctor", "tianjin"), to: store)
            let searches: [(String, [String])] = [
                ("connection", ["connection made", "connection reset by peer"]),
                (#""reset by""#, ["connection reset by peer"]),
                ("level:>=warn", ["connection reset by peer"]),
                ("code:>=500", ["connection reset by peer"]), ("connection -reset", ["connection made"]),
                ("service:doctor", ["connection made"]), ("service:yisheng/doctor", ["connection made"]),
                ("region:nanjing well", ["all well"]), ("mysql", ["connection reset by peer"]),
                ("nothing", []),
            ]
            for (text, wanted) in searches {
                let filter = try BooleanExpression.search(text)
                let found = try await messages(store, LogQuery(range: day, filter: filter))
                try expect(found == wanted, "\(text) finds \(found)")
            }
        },
        Case(promise: "a selection keeps to its business, service, region, instance and release") { subject in
            let store = try await subject.fresh()
            try await append([log("a")], source(instance: "i1", release: 1), to: store)
            try await append(
                [log("b", 1)], source("yidian/article", "tianjin", instance: "i2", release: 2), to: store)
            try await append([log("c", 2)], source("yiyao/medicine"), to: store)
            let service = ServiceName("yidian", "article")
            let selections: [(Selection, [String])] = [
                (Selection(), ["c", "b", "a"]), (Selection(businesses: ["yiyao"]), ["c"]),
                (Selection(businesses: []), []), (Selection(service: service), ["b", "a"]),
                (Selection(region: "nanjing"), ["c", "a"]), (Selection(instance: "i2"), ["b"]),
                (Selection(service: service, release: ReleaseName(service, 1)), ["a"]),
                (Selection(environment: "testing"), []),
            ]
            for (selection, wanted) in selections {
                let found = try await messages(store, LogQuery(selection, range: day))
                try expect(found == wanted, "\(selection) finds \(found)")
            }
        },
        Case(promise: "a query that runs out of its budget says that it is not complete") { subject in
            let store = try await subject.fresh()
            try await append((0..<100).map { log("\($0)", $0) }, to: store)
            let filter = try BooleanExpression.search("nowhere")
            let budget = QueryBudget(records: 10)
            let page = try await store.logs(LogQuery(range: day, filter: filter, budget: budget))
            try expect(page.entries.isEmpty && !page.cost.isComplete, "\(page)")
            let whole = try await store.logs(LogQuery(range: day, filter: filter))
            try expect(whole.cost.isComplete && whole.cost.records == 100, "\(whole)")
        },
        Case(promise: "hostile text comes back as it was") { subject in
            let store = try await subject.fresh()
            let texts = ["'; DROP TABLE logs; --", "\u{1B}[31m\u{0}\u{7}", "<script>", "\u{202E}x", ""]
            try await append(texts.enumerated().map { log($1, Int64(-$0)) }, to: store)
            let found = try await messages(store, LogQuery(range: day))
            try expect(found == texts, "\(found)")
        },
    ]
}
