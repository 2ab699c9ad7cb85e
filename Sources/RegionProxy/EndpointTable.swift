package import Model
package import NIOCore

/// Names what requests are balanced over: one port of a service in one environment of the proxy's region.
package struct RouteKey: Hashable, Sendable {
    package var service: ServiceName
    package var environment: EnvironmentName
    package var port: String
    package init(_ service: ServiceName, _ environment: EnvironmentName, _ port: String) {
        (self.service, self.environment, self.port) = (service, environment, port)
    }
}

/// One address of an instance.
package struct EndpointAddress: Hashable, Sendable {
    package var instance: String
    package var address: SocketAddress
}

/// All ready endpoints of a region at one moment; replaced as a whole.
package struct EndpointTable: Equatable, Sendable {
    /// In order of instance and address, so that equal folders give equal tables.
    package private(set) var endpoints: [RouteKey: [EndpointAddress]] = [:]
    /// Instances that take new requests.
    package private(set) var readyInstances = 0

    package init() {}

    /// Keeps ready records of this region. A port whose host is no IP address is left out: names would have to be
    /// asked for while requests wait.
    package init(_ records: [EndpointRecord], region: RegionName) {
        for record in records where record.state == .ready && record.instance.workload.region == region {
            readyInstances += 1
            let workload = record.instance.workload
            for port in record.ports {
                guard let address = try? SocketAddress(ipAddress: port.host, port: port.port) else {
                    continue
                }
                endpoints[RouteKey(workload.service, workload.environment, port.name), default: []]
                    .append(EndpointAddress(instance: record.instance.path, address: address))
            }
        }
        for key in endpoints.keys {
            endpoints[key]?.sort { ($0.instance, $0.address.port ?? 0) < ($1.instance, $1.address.port ?? 0) }
        }
    }
}
