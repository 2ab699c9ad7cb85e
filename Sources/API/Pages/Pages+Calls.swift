import Console
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import Telemetry

/// Pages of calls: the table, one pair with its two sides, one service in the middle.
extension Routes {
    var callPages: [Route] { [.page("/calls", calls)] }

    private func calls(_ call: PageCall) async throws -> Answer {
        let question = CallQuestion(call.fields)
        async let choices = signalChoices(call)
        if question.service != nil {
            let (content, status): (CallServicePage.Content, HTTPResponse.Status) = try await Self.content {
                .found(try await serviceCalls(question, call))
            } failed: {
                .failed($0)
            }
            return .page(
                CallServicePage(question, content, choices: try await choices).render(call.context), status)
        }
        if question.isPair {
            let (content, status): (CallPairPage.Content, HTTPResponse.Status) = try await Self.content {
                .found(try await pairCalls(question, call))
            } failed: {
                .failed($0)
            }
            return .page(
                CallPairPage(question, content, choices: try await choices).render(call.context), status)
        }
        let (content, status): (CallsPage.Content, HTTPResponse.Status) = try await Self.content {
            .found(try await allCalls(question, call))
        } failed: {
            .failed($0)
        }
        return .page(CallsPage(question, content, choices: try await choices).render(call.context), status)
    }

    /// Rows of the range as one, and of its steps.
    private struct Tables {
        var whole: CallTable
        var stepped: CallTable
        var range: TimeRange
        var starts: [Timestamp]
        var step: Period

        var lines: [CallLine] { CallLine.lines(whole, stepped: stepped, starts: starts) }
    }

    private func tables(
        _ question: CallQuestion, _ call: PageCall, by dimensions: Set<CallDimension>,
        only: [CallDimension: String], steps: Int = CallLine.steps
    ) async throws -> Tables {
        let asked = question.range.range(call.context.now)
        let step = CallLine.step(of: asked, steps: steps)
        let range = CallLine.aligned(asked, step: step)
        let query = CallQuery(question.selection, range: range, by: dimensions, only: only)
        async let whole = operations.callTable(query, by: call.identity)
        let cut = CallQuery(question.selection, range: range, by: dimensions, only: only, step: step)
        let stepped = try await operations.callTable(cut, by: call.identity)
        return Tables(
            whole: try await whole, stepped: stepped, range: range,
            starts: CallLine.starts(range, step: step), step: step)
    }

    private func allCalls(_ question: CallQuestion, _ call: PageCall) async throws -> CallsPage.Found {
        let tables = try await tables(
            question, call, by: question.grouping.dimensions, only: question.only)
        return CallsPage.Found(
            lines: CallLine.sorted(tables.lines, by: question), omitted: tables.whole.omitted,
            freshness: tables.whole.freshness, range: tables.range)
    }

    private func pairCalls(_ question: CallQuestion, _ call: PageCall) async throws -> CallPairPage.Found {
        let tables = try await tables(
            question, call, by: [.side, .caller, .callee, .interface], only: question.only,
            steps: CallPairPage.steps)
        func course(_ side: CallSide) -> CallCourse {
            CallCourse(tables.stepped.rows, side: side, starts: tables.starts, step: tables.step)
        }
        return CallPairPage.Found(
            lines: CallLine.sorted(tables.lines, by: question), client: course(.client),
            server: course(.server), range: tables.range)
    }

    private func serviceCalls(
        _ question: CallQuestion, _ call: PageCall
    ) async throws -> CallServicePage.Found {
        let dimensions = CallQuestion.Grouping.interface.dimensions
        let service = question.service ?? ""
        async let outward = tables(question, call, by: dimensions, only: [.caller: service])
        let inward = try await tables(question, call, by: dimensions, only: [.callee: service])
        return CallServicePage.Found(
            callers: CallLine.sorted(inward.lines, by: question),
            callees: CallLine.sorted(try await outward.lines, by: question),
            course: CallCourse(inward.stepped.rows, side: .server, starts: inward.starts, step: inward.step),
            range: inward.range)
    }
}
