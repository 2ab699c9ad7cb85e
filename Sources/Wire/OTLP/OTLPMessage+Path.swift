extension OTLPMessage {
    /// Makes the error that people see of a fault in `body`.
    func error(_ fault: ProtobufFault, in body: UnsafeRawBufferPointer) -> OTLPError {
        guard let start = body.baseAddress else { return OTLPError(fault.kind, offset: 0) }
        let offset = Int(fault.address - UInt(bitPattern: start))
        return OTLPError(
            fault.kind, offset: offset,
            path: path(to: start + offset, in: ProtobufReader(start, start + body.count)))
    }

    /// Finds the innermost field that a place lies in: `resourceSpans[0].resource.attributes[2].value.intValue`.
    private func path(to place: UnsafeRawPointer, in reader: ProtobufReader) -> String {
        var message = self
        var reader = reader
        var path: [String] = []
        var counts: [UInt32: Int] = [:]
        while reader.at <= place, (try? reader.next()) == true {
            let number = reader.number
            let index = counts[number, default: 0]
            counts[number] = index + 1
            let start = reader
            // A field that cannot be skipped is the one at fault.
            let isWhole = (try? reader.skip()) != nil
            if isWhole, reader.at <= place { continue }
            guard let field = message.field(number) else { break }
            path.append(field.isList ? "\(field.name)[\(index)]" : field.name)
            var within = start
            guard let inner = field.message, let content = try? within.message(), place >= content.at else {
                break
            }
            (message, reader, counts) = (inner, content, [:])
        }
        return path.joined(separator: ".")
    }

    private func field(_ number: UInt32) -> Field? {
        let fields = fields
        guard number <= fields.count, !fields[Int(number) - 1].name.isEmpty else { return nil }
        return fields[Int(number) - 1]
    }
}
