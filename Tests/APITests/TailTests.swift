import Access
import Foundation
import GantryBase
import Model
import Testing
import Wire

@testable import API

@Suite struct TailTests {
    static let article = Signals.source("yidian/article")

    @Test func aFollowerGetsTenThousandLinesOnceEachInOrder() async throws {
        try await TestServer.with { server in
            let now = server.clock.now
            func records(_ range: Range<Int>) -> [LogRecord] {
                range.map { Signals.log("line \($0)", at: now + .milliseconds(Int64($0 % 7))) }
            }
            try await server.log(records(0..<50), from: Self.article)
            let client = try RawClient(port: server.port)
            try client.send(
                TestServer.head("GET", "/v1/logs/tail?lines=20&query=line", try await server.admin()))
            _ = try await client.read(until: "\"type\":\"position\"}\n")
            let last = 10_000
            async let sending: Void = {
                for start in stride(from: 50, to: last, by: 199) {
                    try await server.log(records(start..<min(start + 199, last)), from: Self.article)
                }
                try await server.log([Signals.log("the end line", at: now)], from: Self.article)
            }()
            let bytes = try await client.read(until: "the end line")
            try await sending
            let body = Self.body(bytes)
            let found = body.compactMap { $0["record"]?["message"]?.stringValue }.filter {
                $0 != "the end line"
            }
            let wrong = zip(found, (50..<last).map { "line \($0)" }).first { $0 != $1 }
            #expect(wrong == nil && found.count == last - 50, "\(found.count) lines, \(wrong ?? ("", ""))")
        }
    }

    @Test func aFollowerThatLostItsConnectionGoesOnWhereItWas() async throws {
        try await TestServer.with { server in
            let now = server.clock.now
            try await server.log([Signals.log("one", at: now)], from: Self.article)
            let admin = try await server.admin()
            let first = try RawClient(port: server.port)
            try first.send(TestServer.head("GET", "/v1/logs/tail?lines=0", admin))
            let start = Self.body(try await first.read(until: "\"type\":\"position\"}\n"))
            #expect(start.compactMap { $0["record"] }.isEmpty)
            let position = try #require(start.last?["position"]?.integerValue)
            try await server.log([Signals.log("two", at: now - .minutes(600))], from: Self.article)
            let again = try RawClient(port: server.port)
            try again.send(TestServer.head("GET", "/v1/logs/tail?position=\(position)", admin))
            let bytes = try await again.read(until: "\"two\"")
            let found = Self.body(bytes).compactMap { $0["record"]?["message"]?.stringValue }
            #expect(found == ["two"])
        }
    }

    @Test func followingEndsWithTheRightToIt() async throws {
        var limits = APILimits()
        (limits.recheckPeriod, limits.heartbeatPeriod) = (.milliseconds(100), .milliseconds(50))
        try await TestServer.with(limits: limits) { server in
            try await server.applyPlatform()
            let made = try await server.tokens.issue(user: "vic", scopes: [.read], by: "test")
            let client = try RawClient(port: server.port)
            try client.send(TestServer.head("GET", "/v1/logs/tail", made.text))
            _ = try await client.read(until: "position")
            try await server.tokens.revoke(made.id, by: "test")
            let rest = String(decoding: try await client.read(), as: UTF8.self)
            #expect(rest.contains("\"error\"") && rest.contains("unauthenticated"), "\(rest)")
        }
    }

    /// The lines of JSON in what a connection has brought; heads and the sizes of chunks are none.
    static func body(_ bytes: [UInt8]) -> [JSONValue] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            line.first == UInt8(ascii: "{") ? try? JSON.parse(Array(line)) : nil
        }
    }
}
