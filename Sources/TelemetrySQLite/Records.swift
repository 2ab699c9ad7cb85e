import Foundation
import GantryBase
import Wire

/// How records are kept: as an OTLP request of one record.
extension Data {
    init(_ record: LogRecord) { self.init(OTLP.encode(LogBatch([record], from: SignalResource()))) }
    init(_ record: SpanRecord) { self.init(OTLP.encode(TraceBatch([record], from: SignalResource()))) }
}

extension LogRecord {
    init(_ data: Data) throws {
        self = try damaged { () throws(OTLPError) in
            try OTLP.decodeLogs([UInt8](data)).batch.groups.first?.scopes.first?.records.first
        }
    }
}

extension SpanRecord {
    init(_ data: Data) throws {
        self = try damaged { () throws(OTLPError) in
            try OTLP.decodeTraces([UInt8](data)).batch.groups.first?.scopes.first?.records.first
        }
    }
}

private func damaged<Record>(_ read: () throws(OTLPError) -> Record?) throws -> Record {
    do throws(OTLPError) {
        if let record = try read() { return record }
    } catch {
        throw GantryError(.internal, "a record of the telemetry store is damaged", cause: error)
    }
    throw GantryError(.internal, "a record of the telemetry store is empty")
}
