import Testing

@testable import StorageMySQL

@Suite struct ReplicationPositionTests {
  @Test(arguments: [
    ("0-1-5", "0-1-5", true), ("0-1-6", "0-1-5", true), ("0-1-4", "0-1-5", false), ("0-9-6", "0-1-5", true),
    ("0-1-5,1-2-7", "0-1-5", true), ("0-1-5", "0-1-5,1-2-7", false), ("0-1-5, 1-2-7", "1-2-7,0-1-4", true),
    ("1-1-9", "0-1-5", false), ("0-1-10", "0-1-9", true), ("0-1-18446744073709551615", "0-1-9", true),
  ])
  func `whoever has come as far in every domain lacks nothing`(here: String, there: String, isReached: Bool) throws {
    #expect(try #require(ReplicationPosition(here)).reaches(try #require(ReplicationPosition(there))) == isReached)
  }

  @Test(arguments: ["", ",", "0-1", "0-1-x", "3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5"])
  func `what tells no position is none`(text: String) {
    #expect(ReplicationPosition(text) == nil)
  }
}
