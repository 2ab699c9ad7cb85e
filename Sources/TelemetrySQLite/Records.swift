import GantryBase
import Wire

/// How records are kept: as the protobuf message that OTLP has for one.
extension LogRecord {
    init(stored bytes: UnsafeRawBufferPointer) throws {
        do throws(OTLPError) { try self.init(protobuf: bytes) } catch { throw damaged(error) }
    }
}

extension SpanRecord {
    init(stored bytes: UnsafeRawBufferPointer) throws {
        do throws(OTLPError) { try self.init(protobuf: bytes) } catch { throw damaged(error) }
    }
}

private func damaged(_ error: OTLPError) -> GantryError {
    GantryError(.internal, "a record of the telemetry store is damaged", cause: error)
}
