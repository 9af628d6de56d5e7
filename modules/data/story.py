"""A short story, written for chapter 27: text that a small network can learn to continue, character by character."""

STORY = """\
On the hill above the sea stood an old mill, and in the mill lived a miller who had no wind. Every morning he
climbed the stairs, opened the window under the roof, and held his hand out into the air. Every morning the
air was still. So he closed the window, went down the stairs, and swept the floor, which was clean.

The people of the village were kind to him. They brought him bread from the baker in the valley, who had a
mill with a river. They brought him fish and apples and the news. "There will be wind tomorrow," they said,
and the miller said, "There will be wind tomorrow," and they went down the hill again, and the grass behind
them did not move.

One evening a girl came up the hill with a kite under her arm. The kite was red and the tail of the kite was
longer than the girl. "They say that you have no wind," she said. "They say it of me too. I have had this kite
for a year, and it has never seen the sky."

"Then we both wait," said the miller, and he gave her an apple. They sat on the stairs and looked at the sea,
and the sea was as flat as a table. The sun went down behind it. A star came out, and then another star, and
then so many that nobody could have told the first one from the others.

"What is it like," asked the girl, "when the wind comes?"

The miller thought about it. "First you hear it in the grass," he said. "Then the door begins to talk. Then
the sails want to turn, and the wood says no, and the sails say yes, and the wood says no, and the sails say
yes. And then the stone goes round, and the whole house hums, and you cannot hear your own voice, and there is
flour in your hair and in your shoes and in your soup."

"And then?" asked the girl.

"And then you wish that it would stop for an hour, so that you could sleep," said the miller, and they both
laughed.

In the night the girl dreamed of the stone that goes round. She woke up because the door was talking. It said
a short word, and waited, and said the short word again. She ran to the window under the roof and held her
hand out into the air, and the air pushed her hand away as a cat does that wants to be left alone.

"Miller," she called, "miller, the door is talking!"

The miller came down the stairs with one shoe on. He let go the rope and the sails began to want. The wood
said no, and the sails said yes, and the wood said no, and the sails said yes, and the stone went round. The
whole house hummed. The miller shouted something, and the girl shouted something, and neither of them heard a
word.

When the sun came up, the people of the village saw the sails turn on the hill, and above the sails they saw
something red, so small and so high that they took it for a bird. They put their corn on their backs and went
up the hill, all of them, the old and the young, and the grass ran before them like the sea.

The girl stood on the hill with the string in her hand. There was flour in her hair. "How long does it stay?"
she asked.

"Nobody knows," said the miller, and there was flour in his soup. "It stays until it goes. Then we close the
window, and go down the stairs, and sweep the floor. And the next morning we hold our hands out into the air."

"And if it is still?"

"Then it is still," said the miller. "But now you know what the door will say."
"""
