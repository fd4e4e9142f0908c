import HTTPTypes
import Hummingbird
import Values

/// A form that is shown again with what was typed and why it wasn't taken. Passwords are never sent back.
public struct RefusedForm: Sendable {
  private static let secrets: Set<String> = ["password", "repeated", "current", "code"]

  private let form: Form
  private let refusal: (any Refusal)?
  private let words: Words

  /// - Parameters:
  ///   - refusal: nil for a form that is shown for the first time.
  ///   - open: fields that are no secrets here, whatever they are called.
  public init(_ form: Form, _ refusal: (any Refusal)?, _ words: Words, open: Set<String> = []) {
    self.form = Form(form.values.filter { open.contains($0.key) || !Self.secrets.contains($0.key) })
    self.refusal = refusal
    self.words = words
  }

  public var faults: FieldFaults { refusal as? FieldFaults ?? FieldFaults() }

  /// - Parameter initial: what stands in fields that weren't typed into yet.
  public func model(_ names: [String], initial: [String: String] = [:]) -> Model {
    let fields = FormModel(form, faults: faults, words: words)
    var model = fields.fields(names, initial: initial)
    model["hasFaults"] = !faults.isEmpty
    model["faults"] = fields.summary
    if let sentence { model["refusal"] = sentence }
    return model
  }

  /// Why the whole was refused; nil where the fields say it.
  public var sentence: String? { faults.isEmpty ? refusal.map(words.refusal) : nil }

  /// The page with the form, telling programs when to try again.
  public func answer(_ page: Response) -> Response {
    guard let seconds = refusal?.retryAfter else { return page }
    var page = page
    page.headers[.retryAfter] = seconds
    return page
  }
}
