import Values

/// What was typed into a form and what is wrong with it, as templates show it: `form.email.value`, `form.email.fault`.
public struct FormModel: Sendable {
  private let form: Form
  private let faults: FieldFaults
  private let words: Words

  public init(_ form: Form, faults: FieldFaults = FieldFaults(), words: Words) {
    self.form = form
    self.faults = faults
    self.words = words
  }

  /// - Parameter initial: what stands in a field that wasn't typed into yet.
  public func field(_ name: String, initial: String = "") -> Model {
    var model: Model = ["name": name, "value": form[name] ?? initial]
    if let fault = faults.faults.first(where: { $0.field == name }) { model["fault"] = words.fault(fault) }
    return model
  }

  public func fields(_ names: [String], initial: [String: String] = [:]) -> Model {
    Model(names.map { ($0, field($0, initial: initial[$0] ?? "")) })
  }

  /// One sentence per faulty field, for the summary on top; a link leads to the field.
  public var summary: [Model] {
    faults.faults.map { fault in
      var text = words.fault(fault)
      if let label = words["form.\(fault.field)"] ?? words["address.\(fault.field)"]
        ?? words["admin.\(fault.field)"] ?? words["merchantField.\(fault.field)"]
        ?? words["contentField.\(fault.field.prefix { $0 != "." })"]
        ?? words["shelfField.\(fault.field)"] ?? words["searchField.\(fault.field)"]
      {
        text = words.phrase("form.faultOf", ["field": label, "fault": text])
      }
      return ["text": text, "address": "#\(fault.field)", "field": fault.field]
    }
  }
}
