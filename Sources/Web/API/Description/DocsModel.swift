import Accounts
import HTTPTypes
import Hummingbird
import Pages

extension ShopAPI {
  /// What the theme's page of docs shows: groups of endpoints, out of the descriptions that the routes are made of.
  public func docs() -> Model {
    let known = Dictionary(grouping: descriptions, by: \.group)
    let groups = APIDescription.Group.allCases.compactMap { group in
      known[group].map { endpoints -> Model in
        ["name": group.rawValue, "anchor": Self.anchor(group), "endpoints": endpoints.map(Self.docs)]
      }
    }
    return ["version": "1", "groups": groups, "problems": problems]
  }

  /// Every code that a problem can have; the `type` of a problem leads to its place here.
  private var problems: [Model] {
    Set(descriptions.flatMap(\.refusals)).union(ProblemWords.codes).sorted().map { code in
      ["code": code, "anchor": Problem.anchor(code), "description": ProblemWords.title(of: code)]
    }
  }

  private static func anchor(_ group: APIDescription.Group) -> String {
    group.rawValue.lowercased().replacing(" ", with: "-")
  }

  private static func docs(of description: APIDescription) -> Model {
    var model: Model = [
      "verb": description.method.rawValue, "verbClass": description.method.rawValue.lowercased(),
      "path": description.fullPath, "summary": plain(description.summary), "needsLogin": description.access == .account,
      "hasParameters": !description.parameters.isEmpty, "parameters": description.parameters.map(docs),
      "answers": description.answers.map { answer -> Model in
        ["status": String(answer.status.code), "description": plain(answer.summary)]
      } + refusals(description),
    ]
    if case .staff(let rights) = description.access {
      let names = rights.map(\.rawValue).sorted().joined(separator: ", ")
      model["tokenText"] =
        names.isEmpty ? "Needs a token of staff." : "Needs a token of staff with one of these rights: \(names)."
    }
    if let body = description.body { model["body"] = Schema.named(body).sample().indented }
    if let file = description.file {
      model["body"] = "\(file.types.joined(separator: ", ")): the file itself, up to \(file.most >> 20) MB"
    }
    if let answer = description.answers.first?.schema { model["example"] = Schema.named(answer).sample().indented }
    return model
  }

  private static func docs(of parameter: APIDescription.Parameter) -> Model {
    [
      "name": parameter.name, "place": parameter.place.rawValue, "type": parameter.schema.typeName,
      "isRequired": parameter.isRequired, "description": plain(parameter.summary),
    ]
  }

  /// Without the marks of code that the OpenAPI document has.
  private static func plain(_ text: String) -> String { text.replacing("`", with: "") }

  private static func refusals(_ description: APIDescription) -> [Model] {
    description.refusals.map { code in
      ["status": code, "description": ProblemWords.title(of: code), "address": "#" + Problem.anchor(code)]
    }
  }
}
