"""Books that are locked: from then on a closed day changes only when two people say so.

Until then a close restates a day by itself and says why. Once two people have locked the days of a
market, what still comes in is not lost and changes nothing: each close compares, keeps what the day
would be (``HeldChange``), and two people open the books again for the next close to restate it.
"""
