<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Field;

\defined('_JEXEC') or die;

use Joomla\CMS\Form\Field\UrlField;
use Joomla\CMS\Language\Text;
use Joomla\Registry\Registry;
use Leadbridge\Plugin\System\Leadbridge\Posting\BridgeAddress;

/** The address of the bridge: encrypted unless somebody writes http:// on purpose, and nothing behind the host. */
final class AddressField extends UrlField
{
    protected $type = 'Address';

    public function filter($value, $group = null, ?Registry $input = null)
    {
        $address = BridgeAddress::completed((string) $value);

        // What is not taken stays as it was typed; Joomla's filter would drop some of it without a word.
        return BridgeAddress::isPlain($address) ? (string) parent::filter($address, $group, $input) : $address;
    }

    public function validate($value, $group = null, ?Registry $input = null)
    {
        $isKnown = \in_array((string) $value, ['', (string) $this->element['default']], true);

        return $isKnown || BridgeAddress::isPlain((string) $value)
            ? parent::validate($value, $group, $input)
            : new \UnexpectedValueException(Text::_('PLG_SYSTEM_LEADBRIDGE_BRIDGE_URL_WRONG'));
    }
}
