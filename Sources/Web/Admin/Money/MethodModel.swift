import Pages
import Payments
import Values

/// The values of the page on which a method is set up.
struct MethodModel {
  private let method: PaymentMethod
  private let account: PaymentAccount?
  private let sent: MethodForm
  private let currency: Currency
  private let words: Words

  init(_ method: PaymentMethod, _ account: PaymentAccount?, _ sent: MethodForm, _ currency: Currency, _ words: Words) {
    self.method = method
    self.account = account
    self.sent = sent
    self.currency = currency
    self.words = words
  }

  private var faults: FieldFaults { sent.refusal as? FieldFaults ?? FieldFaults() }

  var model: Model {
    let desk = Addresses.desk(of: method.rawValue)
    var model: Model = [
      "methodName": MoneyWords.method(method, words), "about": words["methods.about.\(method.rawValue)"] ?? "",
      "backURL": Addresses.methodsDesk, "action": desk, "trialAction": "\(desk)/trial",
      "version": (sent.isTyped ? sent.form["version"] : nil) ?? account.map { String($0.version) } ?? "",
      "fields": (method.accountFields ?? []).map(field), "hasFields": method.accountFields?.isEmpty == false,
      "terms": terms, "isOn": sent.isTyped ? sent.form["isOn"] == "1" : account?.terms.isOn ?? true,
      "isSetUp": account != nil, "canTry": account != nil && method.accountFields?.isEmpty == false,
      "tryLimits": words["trial.limits.\(method.rawValue)"] ?? "",
      "isUnreadable": account?.isReadable == false, "sign": Format(words.language).sign(of: currency),
    ]
    var form: Model = ["hasFaults": !faults.isEmpty, "faults": faults.faults.map(summary)]
    if faults.isEmpty, let refusal = sent.refusal { form["refusal"] = words.refusal(refusal) }
    model["form"] = form
    return model
  }

  /// What a field of a method's form is called.
  static func label(_ name: String, of method: PaymentMethod, _ words: Words) -> String {
    words["paymentField.\(method.rawValue).\(name)"] ?? words["paymentField.all.\(name)"] ?? name
  }

  private func label(_ name: String) -> String { Self.label(name, of: method, words) }

  private func hint(_ name: String) -> String {
    words["paymentHint.\(method.rawValue).\(name)"] ?? words["paymentHint.all.\(name)"] ?? ""
  }

  private func summary(_ fault: FieldFaults.Fault) -> Model {
    [
      "field": fault.field,
      "text": words.phrase("form.faultOf", ["field": label(fault.field), "fault": words.fault(fault)]),
    ]
  }

  /// All that a field may be and isn't is said, since the template looks for what is absent in all that is around.
  private func field(_ field: PaymentAccountField) -> Model {
    let isSet = account?.secrets.contains(field.name) == true
    var model: Model = [
      "fieldName": field.name, "label": label(field.name), "hint": hint(field.name),
      "isRequired": field.isRequired && !field.isSecret, "fault": false, "isText": false, "isArea": false,
      "isChoice": false, "isSecretText": false, "isSecretArea": false, "file": field.takesFile, "secret": false,
      "canForget": isSet && field.isSecret && !field.isRequired,
    ]
    if let fault = faults.faults.first(where: { $0.field == field.name }) { model["fault"] = words.fault(fault) }
    // What was typed is shown again, save for secrets.
    let value = (sent.isTyped ? sent.form[field.name] : account?.fields[field.name]) ?? ""
    switch field.kind {
    case .text(let longest): model["isText"] = ["value": value, "longest": String(longest)] as Model
    case .key, .certificate, .certificates: model["isArea"] = ["value": value] as Model
    case .secret: model["isSecretText"] = true
    case .secretKey: model["isSecretArea"] = true
    case .choice(let values):
      model["isChoice"] =
        [
          "options": values.map { option -> Model in
            [
              "option": option, "isChosen": option == value,
              "optionName": words["paymentChoice.\(field.name).\(option)"] ?? option,
            ]
          }
        ] as Model
    }
    if field.isSecret { model["secret"] = words[isSet ? "methods.secretSet" : "methods.secretUnset"] ?? "" }
    return model
  }

  private var terms: [Model] {
    let terms = account?.terms
    let values = [
      ("feePercent", terms.map { BasisPoints.percentText(of: $0.feePoints) } ?? ""),
      ("feeFixed", terms.flatMap { $0.feeFixed.isZero ? nil : $0.feeFixed.decimalText } ?? ""),
      ("least", terms?.least?.decimalText ?? ""), ("most", terms?.most?.decimalText ?? ""),
      ("place", terms.map { String($0.place) } ?? "100"),
    ]
    return values.map { name, kept in
      var model: Model = [
        "fieldName": name, "label": label(name), "hint": hint(name), "fault": false,
        "value": sent.isTyped ? sent.form[name] ?? "" : kept,
      ]
      if let fault = faults.faults.first(where: { $0.field == name }) { model["fault"] = words.fault(fault) }
      return model
    }
  }
}
