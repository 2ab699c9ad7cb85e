import Model
package import Wire

/// Where the things that signals name stand in the console.
enum SignalAddress {
    static func service(_ name: ServiceName) -> String { Address.service(name) }
    static func instance(_ name: InstanceName) -> String { Address.instance(name) }
}

package enum TraceAddress {
    package static let place = "/traces"

    package static func trace(_ id: TraceID, span: SpanID? = nil) -> String {
        PageAddress.text("\(place)/\(id)", [("span", span?.description)])
    }
}
