"""habitat_desktop: offline returns, from the form to headquarters and back.

form definition -> answers -> record -> package -> transport -> headquarters import -> report
   xforms/          xforms/   records/  packages/  sync/        packages/, hq/         reports/
"""

__version__ = "0.1.0"
