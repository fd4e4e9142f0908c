import Files
import Values

extension MultipartForm {
  /// The pictures of the field `pictures`, looked at and cleaned; none when one of them can't be taken, which is then said
  /// beside the field.
  public func pictures(_ faults: inout FieldFaults) -> [(bytes: [UInt8], kind: FileKind)] {
    if let fault = self.faults.faults.first(where: { $0.field == "pictures" }) {
      faults.add(fault.field, fault.code, fault.details)
      return []
    }
    var checked: [(bytes: [UInt8], kind: FileKind)] = []
    for file in files where file.field == "pictures" {
      do {
        checked.append(try UploadPolicy.pictures.taken(file.bytes))
      } catch {
        faults.add("pictures", error.code, error.details)
        return []
      }
    }
    return checked
  }
}
