import Foundation
import Testing

@testable import Sandbox

@Suite struct StripeFormTests {
  private struct File: Decodable {
    struct Case: Decodable {
      let name: String
      let body: String
      let decoded_pairs: [[String]]
    }

    let cases: [Case]
  }

  @Test func `forms that a client really sends are read as they were meant`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = folder.appending(path: "Commerce/Payments/Vectors/stripe-form-encoding.json")
    let cases = try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).cases
    #expect(cases.count == 5)
    for example in cases {
      let form = try StripeForm(example.body.utf8)
      #expect(form.pairs.map { [$0.name, $0.value] } == example.decoded_pairs, "\(example.name)")
      let escaped = example.body.replacing("[", with: "%5B").replacing("]", with: "%5d")
      #expect(try StripeForm(escaped.utf8).pairs.map { [$0.name, $0.value] } == example.decoded_pairs)
    }
  }

  @Test(arguments: [
    "expand[]=a&expand[]=b", "expand[0]=a&expand[1]=b", "expand%5B%5D=a&expand%5B%5D=b", "expand[1]=b&expand[0]=a",
    "expand[2]=a&expand[10]=b",
  ])
  func `a list is told by empty brackets as well as by numbers`(text: String) throws {
    #expect(try StripeForm(text.utf8).list("expand") == ["a", "b"])
  }

  @Test func `items of empty brackets begin anew when something is said again`() throws {
    let form = try StripeForm(
      "i[][n]=1&i[][p][c]=cny&i[][tags][]=x&i[][tags][]=y&i[][n]=2&i[][p][c]=usd".utf8)
    #expect(form.names(under: "i") == ["0", "1"])
    #expect(form["i", "0", "n"] == "1" && form["i", "1", "n"] == "2")
    #expect(form["i", "0", "p", "c"] == "cny" && form["i", "1", "p", "c"] == "usd")
    #expect(form["i", "0", "tags", "0"] == "x" && form["i", "0", "tags", "1"] == "y")
  }

  @Test(arguments: ["a=%4", "a=%zz", "a=%ff", "a[b=1", "a]b[=1", "=1", "[a]=1", "a=1&a[b]=2", "a[b]x=1"])
  func `what is no form is refused`(text: String) {
    #expect(throws: StripeProblem.self) { try StripeForm(text.utf8) }
  }

  @Test(arguments: ["1.5", "1e2", "+1", " 1", "a", "99999999999999999999"])
  func `numbers are whole`(text: String) throws {
    let form = try StripeForm("amount=\(text.replacing("+", with: "%2B"))".utf8)
    #expect(throws: StripeProblem.self) { try form.integer("amount") }
  }

  @Test func `JSON comes with its members in order and its text as it is`() {
    let value: StripeValue = ["b": .list([1, nil]), "object": "x", "id": "1", "a": "\"\\\n\u{1}茶", "c": [:]]
    #expect(
      String(decoding: value.bytes, as: UTF8.self)
        == #"""
        {
          "id": "1",
          "object": "x",
          "a": "\"\\\n\u0001茶",
          "b": [
            1,
            null
          ],
          "c": {}
        }
        """#)
  }
}
