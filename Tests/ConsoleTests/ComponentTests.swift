import Console
import GantryBase
import Model
import Testing

@Suite struct ComponentTests {
    @Test(arguments: Status.allCases) func aStatusHasAWordAndAShape(status: Status) throws {
        for look in [StatusPill.Look.pill, .plain, .shape] {
            let root = try rendered(StatusPill(status, look: look))
            #expect(root.text.contains(status.phrase[.english]))
            #expect(root.all("use").first?["href"] == "#icon-\(status.icon.rawValue)")
        }
    }

    @Test func noTwoStatusesShareAWordOrAShape() {
        #expect(Set(Status.allCases.map(\.icon)).count == Status.allCases.count)
        for language in ReaderLanguage.allCases {
            #expect(Set(Status.allCases.map { $0.phrase[language] }).count == Status.allCases.count)
        }
    }

    @Test func everyStoredStateHasAStatus() {
        #expect(
            Progress.allCases.map { NamedStatus(progress: $0).status } == [
                .waiting, .progressing, .waiting, .ready, .failed, .stopped,
            ])
        #expect(NamedStatus(instance: .crashing).status == .failed)
        #expect(NamedStatus(rollout: .returning).name == .returning)
        #expect(NamedStatus(region: .healthy).status == .ready)
    }

    @Test func aBusyButtonSaysSoAndADisabledOneIsOff() throws {
        let busy = try #require(try rendered(Button(.working, isBusy: true)).all("button").first)
        #expect(busy["aria-busy"] == "true" && busy["aria-disabled"] == "true" && busy["disabled"] == nil)
        let off = try #require(
            try rendered(Button(.save, isDisabled: true, submits: true)).all("button").first)
        #expect(off["disabled"] == "" && off["type"] == "submit")
    }

    @Test func aFormThatChangesSomethingCarriesTheToken() throws {
        let post = try rendered(Form("/x") { _ in })
        #expect(post.all("input").first?["value"] == "form-token-of-test")
        #expect(try rendered(Form("/x", method: .get) { _ in }).all("input").isEmpty)
    }

    @Test func aFieldNamesItsControlItsErrorAndItsHint() throws {
        let root = try rendered(
            Field(.search, name: "q", value: "\"><b>", hint: .optional, error: .failed, isRequired: true))
        let input = try #require(root.all("input").first)
        #expect(root.all("label").first?["for"] == input["id"])
        #expect(input["aria-invalid"] == "true" && input["required"] == "")
        #expect(input["value"] == "&quot;&gt;&lt;b&gt;")
        let notes = (input["aria-describedby"] ?? "").split(separator: " ").map(String.init)
        #expect(notes.count == 2)
        for id in notes { #expect(root.all.contains { $0["id"] == id }) }
    }

    @Test func aSelectMarksWhatIsChosen() throws {
        let root = try rendered(
            Field(.language, name: "l", .select([.init("a", .save), .init("b", .cancel)]), value: "b"))
        #expect(root.all("option").filter { $0["selected"] != nil }.map { $0["value"] } == ["b"])
    }

    private func table(_ content: Table.Content, sort: Table.Sort? = nil) -> Table {
        Table(
            .search,
            columns: [.init(.search, .name, sortKey: "name"), .init(.time, .number, sortKey: "time")],
            content: content,
            sort: sort, selectionName: "pick")
    }

    @Test func aTableSaysHowItIsSortedAndSortsTheOtherWayNext() throws {
        let root = try rendered(table(.rows([]), sort: .init("name")))
        let heads = root.all("th").filter { $0["aria-sort"] != nil }
        #expect(heads.count == 1 && heads[0]["aria-sort"] == "ascending")
        #expect(heads[0].all("a").first?["href"] == "?sort=-name")
        #expect(root.all("a").last?["href"] == "?sort=time")
    }

    @Test func aRowIsNamedByItsFirstCellAndLeadsSomewhere() throws {
        let row = Table.Row([.text("<b>"), .text("12")], key: "k", address: "javascript:x", isSelected: true)
        let root = try rendered(table(.rows([row])))
        let line = try #require(root.all("tbody").first?.all("tr").first)
        #expect(line["data-href"] == "#" && line["data-selected"] == "true")
        #expect(line.all("th").first?["scope"] == "row")
        #expect(line.all("th").first?.text == "&lt;b&gt;")
        #expect(line.all("td").last?.classes == ["cell-number"])
        #expect(line.all("input").first?["checked"] == "")
    }

    @Test func aTableWithoutRowsSaysWhy() throws {
        #expect(try rendered(table(.loading(rows: 3))).all("table").first?["aria-busy"] == "true")
        #expect(try rendered(table(.empty(EmptyState(.noMatch)))).text.contains(Phrase.noMatch[.english]))
        let error = GantryError(.unavailable, "The cluster is away.", hint: "Look after it.", cause: nil)
        let root = try rendered(table(.error(error, retryAddress: "/again")))
        #expect(root.all.contains { $0["role"] == "alert" })
        #expect(root.text.contains("The cluster is away.") && root.text.contains("Look after it."))
        #expect(root.all("a").last?["href"] == "/again")
    }

    @Test func theEndsOfAListAreNoLinks() throws {
        let root = try rendered(Pagination(nextAddress: "?after=x"))
        #expect(root.all("a").map { $0["rel"] } == ["next"])
        #expect(root.all.filter { $0["aria-disabled"] == "true" }.count == 1)
    }

    @Test func tabsAndChoicesSayWhichIsCurrent() throws {
        let tabs = try rendered(
            Tabs(.pages, [.init(.save, to: "/a", isCurrent: true), .init(.copy, to: "/b")]))
        #expect(tabs.all("a").map { $0["aria-current"] } == ["page", nil])
        let choices = try rendered(
            ChoiceChips(.pages, [.init(.save, to: "/a"), .init(.copy, to: "/b", isChosen: true)]))
        #expect(choices.all("a").map { $0["aria-current"] } == [nil, "true"])
    }

    @Test func aChipNamesWhatItTakesOff() throws {
        let root = try rendered(FilterChips([.init(.language, "<zh>", without: "/x")]))
        #expect(root.all("a").first?["aria-label"] == "Remove filter Language &lt;zh&gt;")
        #expect(try rendered(FilterChips([])).children.isEmpty)
    }

    @Test func theMatrixHasHeadsOnBothSidesAndSaysTheState() throws {
        let root = try rendered(
            Matrix(environments: ["production"], regions: ["guangzhou", "nanjing"]) { _, region in
                region == "nanjing"
                    ? nil : .init(.init(.failed), ready: 1, wanted: 2, release: "1.0", address: "/w")
            })
        #expect(root.all("th").map { $0["scope"] } == ["col", "col", "row"])
        let cell = try #require(root.first(class: "matrix-cell"))
        #expect(cell.text.contains("Failed") && cell.text.contains("1/2") && cell["href"] == "/w")
        #expect(root.first(class: "matrix-none")?.text == "None")
    }

    @Test func aStoredRunIsShownInOrder() throws {
        var status = RunStatus()
        var first = StageStatus(
            name: "quality", progress: .succeeded, steps: [StepStatus(kind: .test, progress: .succeeded)])
        first.startedAt = Timestamp(seconds: 100)
        first.finishedAt = Timestamp(seconds: 148)
        status.stages = [first, StageStatus(name: "approval", progress: .waiting)]
        let root = try rendered(PipelineProgress(status, now: Timestamp(seconds: 200)))
        let stages = root.all("li").filter { $0.classes.contains("stage") }
        #expect(stages.count == 2)
        #expect(stages[0].text.contains("Succeeded") && stages[0].text.contains("48 s"))
        #expect(stages[1].text.contains("Waiting"))
    }

    @Test func anErrorIsAnAlertAndANoteIsNot() throws {
        #expect(try rendered(Callout(.error, .failed)).all("div").first?["role"] == "alert")
        #expect(try rendered(Callout(.info, .ready)).all("div").first?["role"] == "note")
        #expect(try rendered(Toast(.success, .copied)).all("div").first?["role"] == "status")
        let stays = try rendered(Toast(.error, .failed)).all("div").first
        #expect(stays?["role"] == "alert" && stays?["data-stays"] == "")
    }

    @Test func aConfirmationIsAFormInADialogWithAName() throws {
        let root = try rendered(
            ConfirmDialog(
                "d", title: .delete, text: .none, confirm: .delete, address: "/x/delete", typed: "x"))
        let dialog = try #require(root.all("dialog").first)
        #expect(dialog["aria-labelledby"] == "d-title")
        #expect(dialog.all("form").contains { $0["action"] == "/x/delete" && $0["method"] == "post" })
        #expect(dialog.all("input").contains { $0["name"] == "confirm" && $0["required"] == "" })
    }

    @Test func aLivePartTellsWhereItComesFrom() throws {
        let polled = try rendered(Live(.polled(address: "/p", everySeconds: 5), isAnnounced: true) { _ in })
        #expect(
            polled.children.first?["data-poll"] == "/p" && polled.children.first?["aria-live"] == "polite")
        let streamed = try rendered(Live(.streamed(address: "https:evil")) { _ in })
        #expect(streamed.children.first?["data-stream"] == "#")
    }

    @Test func aTimeIsForPeopleAndForPrograms() throws {
        let time = try #require(try rendered(TimeText(context().now - .minutes(5))).all("time").first)
        #expect(time.text == "5 min ago" && time["datetime"]?.hasSuffix("Z") == true && time["title"] != nil)
    }
}
