import Model
package import Wire

/// Where the things that signals name stand in the console.
enum SignalAddress {
    static func service(_ name: ServiceName) -> String { under("/services", name.path) }
    static func instance(_ name: InstanceName) -> String { under("/instances", name.path) }

    private static func under(_ place: String, _ path: String) -> String {
        place + "/"
            + path.split(separator: "/", omittingEmptySubsequences: false)
            .map { SafeAddress.encoded(String($0)) }.joined(separator: "/")
    }
}

package enum TraceAddress {
    package static let place = "/traces"

    package static func trace(_ id: TraceID, span: SpanID? = nil) -> String {
        PageAddress.text("\(place)/\(id)", [("span", span?.description)])
    }
}
